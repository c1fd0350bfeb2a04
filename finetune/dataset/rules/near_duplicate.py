"""No prompt of a file is another's copy but for case, space and punctuation."""

from collections.abc import Iterator

from finetune.dataset.digests import words
from finetune.dataset.entries import Group, Involving
from finetune.dataset.samples import Sample, chat

SEVERITY = "warning"
GOOD = Sample((chat("Split: a"), chat("Split: b")))
BAD = Sample((chat("Split: I want to eat."), chat("split: i want to eat")))
DIGEST = words


def check_group(group: Group) -> Iterator[Involving]:
    for entries in group.sides():
        (one,) = entries.first(1)
        for part in entries.parts():
            seen = {one.value}
            for entry in part:
                if entry.value not in seen:
                    said = f"its prompt is that of {one.where}, but for case, space or punctuation; keep one"
                    yield entry, said, [one, entry]
                seen.add(entry.value)
