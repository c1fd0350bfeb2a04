"""FD: a preposition without what it governs has no one translation."""

from collections.abc import Iterator

from finetune.lego.tokens import normalise

SEVERITY = "critical"
ENGLISH = {"to", "in", "on", "at", "by", "for", "with", "from", "of", "about"}
OTHERS = {"de", "a", "en", "con", "por", "para", "di", "da", "per", "avec", "sans"}
PREPOSITIONS = ENGLISH | OTHERS


def check_chunks(target: str, known: str) -> Iterator[str]:
    if normalise(known) in PREPOSITIONS or normalise(target) in PREPOSITIONS:
        yield f"is the preposition {target!r} = {known!r} alone; keep it with what it governs"
