"""A course and its corrections, so many seeds at a time that both fit into memory."""

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from finetune.errors import FinetuneError
from finetune.files.courses import SEED_ID, Stretch, each_stretch
from finetune.files.jsonl import BOM, blocks, decoder
from finetune.files.kept import Group, Kept
from finetune.records.course import Seed

LARGEST = 4 << 20
"""Bytes of seeds and their corrections that are in memory at once: what is made of them takes ten times as many."""


class Span(NamedTuple):
    """Where a stretch stands in its file: its first byte, and how many there are."""

    start: int
    size: int


class Share(NamedTuple):
    """Seeds that follow each other in a course, where they stand, their corrections, and whether they are the last."""

    stretch: Stretch
    span: Span
    group: Group
    last: bool


@contextmanager
def stretches(path: Path, group: Group) -> Iterator[Iterator[Share]]:
    """`with stretches(path, group) as each:`, all at once where they are few. The corrections can be read, here or in
    another process, until its end.

    A correction of a seed that the course does not have is among those of some others. FinetuneError, with its place,
    for what is wrong in the course before what is wrong in its corrections.
    """
    size = path.stat().st_size
    if not size or size + group.size <= LARGEST:  # of no seed, every correction is refused
        parts = list(each_stretch(path, max(1, size)))
        every = Stretch([seed for part in parts for seed in part.seeds], all(part.plain for part in parts))
        yield iter([Share(every, Span(0, size), group, True)])
        return
    share = max(1, size * LARGEST // (size + group.size))
    begins, spans = begins_of(path, share)
    with Kept[int](large=True) as kept:
        for line in group.each():
            kept.add(max(0, bisect_right(begins, number_of(line.value.seed_id)) - 1), line)
        kept.spill()
        try:
            each = enumerate(each_stretch(path, share))
            yield (Share(one, spans[at], kept.group(at), at == len(spans) - 1) for at, one in each)
        except FinetuneError:
            for _ in each_stretch(path, share):  # a seed that is not in its place is missing in another
                pass
            raise


def read_stretch(path: Path, span: Span) -> Stretch:
    """Seeds that were found sound, once more."""
    with path.open("rb") as file:
        file.seek(span.start)
        data = file.read(span.size).removeprefix(BOM)
    return Stretch(decoder(Seed).decode_lines(data), b"\\" not in data)


def begins_of(path: Path, share: int) -> tuple[list[int], list[Span]]:
    """The number of the first seed of each stretch, and where it stands. What is wrong is told when it is read."""
    begins, spans = [0], list[Span]()
    for _, start, data in blocks(path, share):
        try:
            first = decoder(Seed).decode(data.partition(b"\n")[0]).seed_id
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            first = ""
        begins.append(max(number_of(first), begins[-1]))
        spans.append(Span(start, len(data)))
    return begins[1:], spans


def number_of(seed_id: str) -> int:
    """The number of a seed; 0 where that is none."""
    return int(seed_id[1:]) if SEED_ID.fullmatch(seed_id) else 0
