"""A course and its corrections, so many seeds at a time that both fit into memory."""

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from finetune.files.courses import SEED_ID, Stretch, each_stretch
from finetune.files.kept import Group, Kept
from finetune.records.course import Correction
from finetune.records.located import Located

LARGEST = 4 << 20
"""Bytes of seeds and their corrections that are in memory at once: what is made of them takes ten times as many."""

Lines = list[Located[Correction]]


def stretches(path: Path, group: Group) -> Iterator[tuple[Stretch, Lines, bool]]:
    """Seeds that follow each other, their corrections, oldest first, and whether they are the last: all at once where
    they are few.

    A correction of a seed that the course does not have is among those of some others.
    """
    size = path.stat().st_size
    if not size or size + group.size <= LARGEST:  # of no seed, every correction is refused
        parts = list(each_stretch(path, max(1, size)))
        every = Stretch([seed for part in parts for seed in part.seeds], all(part.plain for part in parts))
        yield every, group.lines(), True
        return
    share = max(1, size * LARGEST // (size + group.size))
    begins = [stretch.seeds[0].number for stretch in each_stretch(path, share)]
    with Kept[int](large=True) as kept:
        for line in group.each():
            kept.add(max(0, bisect_right(begins, number_of(line.value)) - 1), line)
        kept.spill()
        for at, stretch in enumerate(each_stretch(path, share)):
            yield stretch, kept.group(at).lines(), at == len(begins) - 1


def number_of(correction: Correction) -> int:
    """The number of its seed; 0 where that is none."""
    return int(correction.seed_id[1:]) if SEED_ID.fullmatch(correction.seed_id) else 0
