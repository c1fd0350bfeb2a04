"""FD: a possessive without its noun does not tell whose, nor of which gender."""

from collections.abc import Iterator

from finetune.lego.tokens import normalise

SEVERITY = "high"
POSSESSIVES = frozenset({"su", "sus", "son", "sa", "ses", "leur", "il suo", "la sua"})


def check_chunks(target: str, known: str) -> Iterator[str]:
    if normalise(target) in POSSESSIVES:
        yield f"is the possessive {target!r} alone; keep it with its noun"
