"""Makes the examples of all courses, one course at a time: on both cores where there is much, in bounded memory."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from finetune.adding import Taught, add_course
from finetune.earlier import Earlier
from finetune.errors import listed, unusable
from finetune.files.courses import course_files
from finetune.files.grouped import LARGE, Grouped
from finetune.files.kept import Group
from finetune.large import prepare_large
from finetune.part import Part
from finetune.records.dataset import Side
from finetune.records.params import Prepare
from finetune.workers import bounded, workers

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

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
    tasks = ((path, said.group(path.stem)) for path in paths)
    with tempfile.TemporaryDirectory(prefix="finetune-prepare-", ignore_cleanup_errors=True) as name:
        taught, folder = Taught(system, params, frozenset(said.retracted)), Path(name)
        for large, some in groupby(tasks, is_large):
            yield from parts(some, taught, folder, pool, large)


def parts(some: Iterator[Task], taught: Taught, folder: Path, pool: "Pool | None", large: bool) -> Iterator[Part]:
    """The parts of courses, each of which is large, or none is."""
    if pool and large:
        return (prepare_large(path, group, taught, folder, pool) for path, group in some)
    make = partial(prepare_courses, taught=taught, folder=folder)
    return bounded(pool, make, together(some)) if pool else map(make, together(some))


def is_large(task: Task) -> bool:
    """Whether a course is worked on by all processes: else each has courses of its own."""
    path, group = task
    return path.stat().st_size + group.size >= LARGE


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


def prepare_courses(tasks: Iterable[Task], taught: Taught, folder: Path | None = None) -> Part:
    """The part of some courses; its lines are in files of the folder, where there is one and they are many."""
    part = Part(folder)
    for path, group in tasks:
        with Earlier() as earlier:
            add_course(part, path, group, earlier, taught)
    return part.sealed()


def numbered(side: Side, before: int, sources: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of provenance: the place of a line, of which there are so many `before`, and its source."""
    begins = b'{"side":"%b","line":' % side.encode()
    return (b"%b%d,%b" % (begins, number, source) for number, source in enumerate(sources, start=before + 1))
