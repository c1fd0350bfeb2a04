"""No text was read in one encoding and written in another."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.profile import Scope

WORDS = ("Well done 😀", "안녕하세요", "こんにちは", "مرحبا بك", "שלום לך", "Καλημέρα", "สวัสดี", "Chcę", "5 €", "✓ done")
GOOD = Sample((chat("¿Dónde está? È già l'ora. Où ça? Não, à mesa. 我想吃点东西。 Größe «été», Łódź ×2, √2."),))
BAD = Sample(
    (
        chat("Â¿DÃ³nde estÃ¡?"),
        chat("Itâ€™s late."),
        chat("D�nde est�?"),
        *(chat("Split: " + text.encode().decode("cp1252", "replace").replace("�", "")) for text in WORDS),
        chat("caf√©"),
    )
)
HINTS = ("�", "√", *"ÂÃÄÅÎÏÐÑ×ØÙàáâãäåæçèéêëìíîïð")
SUSPECT = re.compile("[ÂÃÄÅÎÏÐÑ×ØÙàáâãäåæçèéêëìíîïð][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|√[^\\s\\w(√]")
"""A letter that begins a character's bytes, read as Latin-1 or Windows-1252, and one that goes on with them; or what
Mac Roman makes of an accented letter's first byte."""


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    if "�" in text:
        yield Problem("a replacement character (�): letters were lost; write them again", found="�")
    elif looks_wrong(text):
        meant = ftfy().fix_encoding(text)
        was, is_ = changed(text, meant)
        said = f"letters read in a wrong encoding: {was!r}" + (f", which was {is_!r}" if is_ else "")
        yield Problem(f"{said}; read the source as UTF-8 and write it again", found=was)


def looks_wrong(text: str) -> bool:
    return bool(SUSPECT.search(text)) and bool(ftfy().badness.is_bad(text))


def changed(text: str, meant: str) -> tuple[str, str]:
    """The first piece that differs, and what it was."""
    return next(((a, b) for a, b in zip(text.split(), meant.split(), strict=False) if a != b), (text[:40], ""))


@cache
def ftfy() -> Any:
    """Imported where a line is suspect."""
    import ftfy

    return ftfy
