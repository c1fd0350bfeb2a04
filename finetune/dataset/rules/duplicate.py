"""No example stands twice in a file: it would count double."""

from collections.abc import Iterator

from finetune.dataset.digests import prompt
from finetune.dataset.entries import Entry, Group, Involving
from finetune.dataset.samples import Sample, chat

GOOD = Sample((chat("Split: a"), chat("Split: b")))
BAD = Sample((chat(), chat()))
FIX = "keeps the first of each"
DIGEST = prompt
DROPS_REPEATS = True


def check_group(group: Group) -> Iterator[Involving]:
    for part in (part for entries in group.sides() for part in entries.parts()):
        seen: dict[bytes, Entry] = {}
        for entry in part:
            first = seen.setdefault(entry.value, entry)
            if first is not entry:
                yield entry, f"the same example as {first.where}; take one out", [first, entry]
