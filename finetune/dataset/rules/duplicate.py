"""No example stands twice in a file: it would count double."""

from collections.abc import Iterator, Sequence

from finetune.dataset.digests import prompt
from finetune.dataset.found import Entry
from finetune.dataset.samples import Sample, chat

GOOD = Sample((chat("Split: a"), chat("Split: b")))
BAD = Sample((chat(), chat()))
FIX = "keeps the first of each"
DIGEST = prompt
DROPS_REPEATS = True


def check_group(group: Sequence[Entry]) -> Iterator[tuple[Entry, str, Sequence[Entry]]]:
    seen: dict[tuple[str, bytes], Entry] = {}
    for entry in group:
        first = seen.setdefault((entry.side, entry.value), entry)
        if first is not entry:
            yield entry, f"the same example as {first.where}; take one out", (first, entry)
