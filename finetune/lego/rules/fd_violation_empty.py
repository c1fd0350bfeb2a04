"""FD: an empty chunk teaches nothing."""

from collections.abc import Iterator

SEVERITY = "critical"


def check_chunks(target: str, known: str) -> Iterator[str]:
    for side, chunk in (("target", target), ("known", known)):
        if not chunk.strip():
            yield f"has an empty {side} chunk; write the words, or take the LEGO out"
