"""No prompt of a file is another's copy but for case, space and punctuation."""

from collections.abc import Iterator, Sequence

from finetune.dataset.digests import words
from finetune.dataset.found import Entry
from finetune.dataset.samples import Sample, chat

SEVERITY = "warning"
GOOD = Sample((chat("Split: a"), chat("Split: b")))
BAD = Sample((chat("Split: I want to eat."), chat("split: i want to eat")))
DIGEST = words


def check_group(group: Sequence[Entry]) -> Iterator[tuple[Entry, str, Sequence[Entry]]]:
    first: dict[str, Entry] = {}
    seen: set[tuple[str, bytes]] = set()
    for entry in group:
        one = first.setdefault(entry.side, entry)
        if entry.value != one.value and (entry.side, entry.value) not in seen:
            yield (
                entry,
                f"its prompt is that of {one.where}, but for case, space or punctuation; keep one",
                (one, entry),
            )
        seen.add((entry.side, entry.value))
