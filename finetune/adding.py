"""Makes the lines of seeds that follow each other in a course, and notes what became of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from finetune.dataset.build import add_examples
from finetune.dataset.corrected import decide
from finetune.dataset.placed import place
from finetune.earlier import Earlier
from finetune.files.courses import Stretch
from finetune.files.jsonl import ENCODER
from finetune.files.kept import Group
from finetune.files.stretches import stretches
from finetune.part import Part
from finetune.records.correcting import Corrected
from finetune.records.course import Correction
from finetune.records.dataset import Placed
from finetune.records.located import Located
from finetune.records.params import Prepare

Lines = Sequence[Located[Correction]]


class Taught(NamedTuple):
    """What holds for all courses: the system prompt, the params, and the ids of corrections that are retracted."""

    system: str
    params: Prepare
    retracted: frozenset[str]


def add_course(part: Part, path: Path, group: Group, earlier: Earlier, taught: Taught) -> None:
    """Add a course, made of so many seeds at a time that they and their corrections fit into memory."""
    part.course()
    with stretches(path, group) as each:
        for share in each:
            placed = add_stretch(part, path, share.stretch, share.group.lines(), earlier, taught)
            if not share.last:
                earlier.add(placed)


def add_stretch(
    part: Part, path: Path, stretch: Stretch, lines: Lines, earlier: Earlier, taught: Taught
) -> list[Placed]:
    """Add seeds to the part's last course; returns on which side each is."""
    corrected = settled(path, stretch, lines, taught)
    seeds = corrected.courses[path.stem]
    before = earlier.bearing(seeds)
    placed, left_out = place(seeds, corrected, taught.params, before)
    plain = stretch.plain and b"\\" not in ENCODER.encode_lines([line.value.after for line in lines])
    add_examples(part.datasets[-1], placed, corrected, taught.system, taught.params, plain, before)
    part.note(left_out, corrected, lines)
    return placed


def settled(path: Path, stretch: Stretch, lines: Lines, taught: Taught) -> Corrected:
    """The seeds after their corrections."""
    return decide({path.stem: stretch.seeds}, lines, taught.params.conflicts, taught.retracted)
