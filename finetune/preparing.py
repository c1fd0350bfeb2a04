"""Makes the examples of all courses, one course at a time: on both cores where there is much, in bounded memory."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from finetune.dataset.build import add_examples
from finetune.dataset.corrected import decide
from finetune.dataset.placed import place
from finetune.earlier import Earlier
from finetune.errors import listed, unusable
from finetune.files.courses import course_files
from finetune.files.grouped import LARGE, Grouped
from finetune.files.jsonl import ENCODER
from finetune.files.kept import Group
from finetune.files.stretches import stretches
from finetune.part import Part
from finetune.records.dataset import Side
from finetune.records.params import Prepare
from finetune.workers import PROCESSES, workers

if TYPE_CHECKING:
    from multiprocessing.pool import AsyncResult, Pool

Task = tuple[Path, Group]
"""A course's file, and its corrections."""
TOGETHER = 4 << 20
"""Bytes of courses that one process makes after each other."""


@contextmanager
def pool_for(courses: Path) -> Iterator["Pool | None"]:
    """Processes for courses that are large together: they start while corrections are read."""
    large = sum(path.stat().st_size for path in course_files(courses)) >= LARGE
    with workers() if large else nullcontext() as pool:
        yield pool


def prepare(courses: Path, said: Grouped, system: str, params: Prepare, pool: "Pool | None" = None) -> Iterator[Part]:
    """The parts of all courses, in their order. FinetuneError, with its place, for what does not fit."""
    paths = course_files(courses)
    known = [path.stem for path in paths]
    said.refuse_unknown(known)
    if unknown := sorted(set(params.never_trained) - set(known)):
        raise unusable("params.yaml: prepare.never_trained", f"no course {unknown[0]}", f"known: {listed(known)}")
    tasks = together((path, said.group(path.stem)) for path in paths)
    with tempfile.TemporaryDirectory(prefix="finetune-prepare-") as folder:
        retracted = frozenset(said.retracted)
        make = partial(prepare_courses, system=system, params=params, retracted=retracted, folder=Path(folder))
        yield from bounded(pool, make, tasks) if pool else map(make, tasks)


def together(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """Courses that follow each other, so many that to pass them to and fro is little beside the work."""
    some, size = list[Task](), 0
    for path, group in tasks:
        some.append((path, group))
        size += path.stat().st_size + group.size
        if size >= TOGETHER:
            yield some
            some, size = [], 0
    if some:
        yield some


def bounded(pool: "Pool", make: Callable[[list[Task]], Part], tasks: Iterator[list[Task]]) -> Iterator[Part]:
    """The parts in order, with no more of them under way than are worked on and waiting next."""
    waiting: list[AsyncResult[Part]] = []
    for some in tasks:
        waiting.append(pool.apply_async(make, (some,)))
        if len(waiting) > 2 * PROCESSES:
            yield waiting.pop(0).get()
    yield from (one.get() for one in waiting)


def prepare_courses(
    tasks: Iterable[Task], system: str, params: Prepare, retracted: frozenset[str], folder: Path | None = None
) -> Part:
    """The part of some courses; its lines are in files of the folder, where there is one and they are many."""
    part = Part(folder)
    for path, group in tasks:
        with Earlier() as earlier:
            add_course(part, path, group, earlier, system, params, retracted)
    return part.sealed()


def add_course(
    part: Part, path: Path, group: Group, earlier: Earlier, system: str, params: Prepare, retracted: frozenset[str]
) -> None:
    """Add a course, made of so many seeds at a time that they and their corrections fit into memory."""
    dataset = part.course()
    for stretch, lines, last in stretches(path, group):
        corrected = decide({path.stem: stretch.seeds}, lines, params.conflicts, retracted)
        seeds = corrected.courses[path.stem]
        before = earlier.bearing(seeds)
        placed, left_out = place(seeds, corrected, params, before)
        plain = stretch.plain and b"\\" not in ENCODER.encode_lines([line.value.after for line in lines])
        add_examples(dataset, placed, corrected, system, params, plain, before)
        part.note(left_out, corrected, lines)
        if not last:
            earlier.add(placed)


def numbered(side: Side, before: int, sources: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of provenance: the place of a line, of which there are so many `before`, and its source."""
    begins = b'{"side":"%b","line":' % side.encode()
    return (b"%b%d,%b" % (begins, number, source) for number, source in enumerate(sources, start=before + 1))
