"""No text was read in one encoding and written in another."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.profile import Scope

GOOD = Sample((chat("¿Dónde está? È già l'ora. Où ça? Não, à mesa. 我想吃点东西。"),))
BAD = Sample((chat("Â¿DÃ³nde estÃ¡?"), chat("Itâ€™s late."), chat("D�nde est�?")))
HINTS = ("Ã", "Â", "â€", "�", "Ð", "Ñ", "å", "æ", "ç", "è", "é")


SUSPECT = re.compile("[ÃÂâÐÑåæçèé][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")
"""A letter that begins a character's bytes, read as Latin-1 or Windows-1252, and one that goes on with them."""


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    if "�" in text:
        yield Problem("a replacement character (�): letters were lost; write them again", found="�")
    elif looks_wrong(text):
        meant = ftfy().fix_encoding(text)
        yield Problem(f"{shown(text, meant)}; read the source as UTF-8 and write it again")


def looks_wrong(text: str) -> bool:
    return bool(SUSPECT.search(text)) and bool(ftfy().badness.is_bad(text))


def shown(text: str, meant: str) -> str:
    """The first piece that differs."""
    was, is_ = next(((a, b) for a, b in zip(text.split(), meant.split(), strict=False) if a != b), (text[:40], ""))
    return f"letters read in a wrong encoding: {was!r}" + (f", which was {is_!r}" if is_ else "")


@cache
def ftfy() -> Any:
    """Imported where a line is suspect."""
    import ftfy

    return ftfy
