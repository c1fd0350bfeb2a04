"""A text is in the language that it is said to be in, judged over all texts of its course that are said to be so."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from random import Random

from finetune.dataset.digests import digest
from finetune.dataset.fields import fields
from finetune.dataset.found import MORE, Files
from finetune.dataset.samples import Sample, lego
from finetune.dataset.texts.identifier import guessed
from finetune.dataset.texts.languages import close, code_of, name_of, readable, whole_of
from finetune.records.dataset import Line, Side
from finetune.records.profile import Scope


def spanish(target: str) -> str:
    return lego(("I want", "quiero"), target=target)


GOOD = Sample(tuple(spanish(f"Quiero comprar {number} manzanas rojas en el mercado.") for number in range(8)))
BAD = Sample(
    (
        *GOOD.training,
        *(spanish(f"Vorrei comprare {number} mele rosse al mercato stamattina.") for number in range(4)),
    )
)
SURE, SURER, WORDS, LETTERS = 0.6, 0.9, 4, 4
"""A shorter text, or a less sure guess, is no evidence: above, none of 306 course sentences was guessed wrong.

Between two languages that are close, Hindi is guessed of Nepali with up to 0.81.
"""
COURSE = re.compile(r"([a-z]{2,3})_for_([a-z]{2,3})")
FEWEST, PART = 3, 0.02
"""So many different texts, and such a part of a course's in a language, have to read as one other language."""
MANY = 150
"""Of more texts of a course in one piece of a file, so many are read, drawn by chance, and all where one is odd: where
no more than PART of them are in another language, that is missed once in twenty times (e ** (-MANY * PART))."""


def gather(lines: Iterable[Line]) -> Iterator[tuple[Line, tuple[str, ...], str]]:
    """(course, field, stated language) of each text."""
    return ((line, said, text) for line in lines for said, text in stated_in(line))


def judge(said: tuple[str, ...], texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The texts that read as another language than is said, each with that language and its digest besides."""
    stated = said[2]
    sample = texts if len(texts) <= MANY else Random(len(texts)).sample(texts, MANY)  # noqa: S311, no secret
    if not any(other_language(text, stated) for text in sample):
        return {}
    judged = {text: other_language(text, stated) for text in texts}
    return {text: (*said, other, digest(text).hex()) for text, other in judged.items() if other}


def stated_in(line: Line) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Each text that is said to be in a language that the model can tell, and is long enough for it."""
    if not line.prompt and b"anguage" not in line.raw and b"_for_" not in line.raw:
        return
    said: Iterable[tuple[str, str, str]]
    if prompt := line.prompt:
        course = prompt.course
        said = ("target", prompt.target_language, prompt.target), ("known", prompt.known_language, prompt.known)
    else:
        found = fields(line)
        course = found.get("course", "")
        names = [name.removesuffix("_language") for name in found if name.endswith("_language")]
        said = [(name, found[f"{name}_language"], found.get(name, "")) for name in names]
        if not names and (codes := COURSE.fullmatch(course)):
            said = [("target", codes[1], found.get("target", "")), ("known", codes[2], found.get("known", ""))]
    for field, stated, text in said:
        if is_readable(stated) and long_enough(text):
            yield (course, field, stated), text


def other_language(text: str, stated: str) -> str:
    """The language that a text surely reads as, if it is another; else empty."""
    guess, score = guessed(text)
    read, said = whole_of(guess), code_of(stated)
    return guess if read != said and score >= (SURER if close(read, said) else SURE) else ""


def check_files(files: Files, scope: Scope) -> Iterator[tuple[Side, int, str]]:
    texts: Counter[tuple[str, ...]] = Counter()
    for (_, said), label in files.gathered.items():
        different = 1 if len(said) > 3 and said[4] != MORE else label.size
        texts[said[:3]] += different
        texts[said[:4]] += different if len(said) > 3 else 0
    for (side, (course, field, stated, *guess)), label in files.gathered.items():
        if guess and texts[course, field, stated, guess[0]] >= max(FEWEST, PART * texts[course, field, stated]):
            for number in label.numbers:
                told = f"the {field} is called {stated} and reads as {name_of(guess[0])}; write its language"
                yield side, number, told


def long_enough(text: str) -> bool:
    if len(text.split()) >= WORDS:
        return any(map(str.isalpha, text))
    letters = [character for character in text if character.isalpha()]
    return len(letters) >= LETTERS and max(letters) >= "\u2e80"


@cache
def is_readable(stated: str) -> bool:
    return code_of(stated) in readable()
