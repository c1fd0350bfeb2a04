"""FD: an article without its noun says nothing: many nouns, many forms."""

from collections.abc import Iterator

from finetune.lego.tokens import normalise

SEVERITY = "critical"
ARTICLES = frozenset(["el", "la", "los", "las", "un", "una", "il", "le", "les", "the", "a", "an"])


def check_chunks(target: str, known: str) -> Iterator[str]:
    if normalise(target) in ARTICLES:
        yield f"is the article {target!r} alone; keep it with its noun"
