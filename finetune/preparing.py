"""Makes the examples of all courses, one course at a time: on both cores where there is much, in bounded memory."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from multiprocessing.pool import AsyncResult, Pool
from pathlib import Path
from typing import NamedTuple

from finetune.dataset.build import build
from finetune.dataset.corrected import decide
from finetune.errors import listed, unusable
from finetune.files.courses import course_files, has_escapes, read_course
from finetune.files.gathered import Gathered
from finetune.files.grouped import LARGE, Group, Grouped
from finetune.files.jsonl import ENCODER
from finetune.records.correcting import Corrected
from finetune.records.course import Correction
from finetune.records.dataset import LeftOut, Side
from finetune.records.located import Located
from finetune.records.params import Prepare
from finetune.workers import PROCESSES, workers

Task = tuple[Path, Group]
"""A course's file, and its corrections."""


class Part(NamedTuple):
    """One course: its examples, how many seeds it has, and what became of its corrections.

    `lines`, `sources` and `preferences` are what is written of each side. `unused` is why corrections count
    for nothing -> their ids; `types` are those of the others.
    """

    course: str
    seeds: int
    lines: dict[Side, Gathered]
    sources: dict[Side, Gathered]
    preferences: dict[Side, Gathered]
    dropped: int
    left_out: list[LeftOut]
    unused: dict[str, list[str]]
    types: Counter[str]
    reversals: list[str]


@contextmanager
def pool_for(courses: Path) -> Iterator[Pool | None]:
    """Processes for courses that are large together: they start while corrections are read."""
    large = sum(path.stat().st_size for path in course_files(courses)) >= LARGE
    with workers() if large else nullcontext() as pool:
        yield pool


def prepare(courses: Path, said: Grouped, system: str, params: Prepare, pool: Pool | None = None) -> Iterator[Part]:
    """Each course's part, sorted by course. FinetuneError, with its place, for what does not fit."""
    paths = course_files(courses)
    known = [path.stem for path in paths]
    said.refuse_unknown(known)
    if unknown := sorted(set(params.never_trained) - set(known)):
        raise unusable("params.yaml: prepare.never_trained", f"no course {unknown[0]}", f"known: {listed(known)}")
    make = partial(prepare_course, system=system, params=params, retracted=frozenset(said.retracted))
    tasks = ((path, said.group(path.stem)) for path in paths)
    if pool is None:
        yield from map(make, tasks)
        return
    with tempfile.TemporaryDirectory(prefix="finetune-prepare-") as folder:
        yield from bounded(pool, partial(make, folder=Path(folder)), tasks)


def bounded(pool: Pool, make: Callable[[Task], Part], tasks: Iterator[Task]) -> Iterator[Part]:
    """The parts in order, with no more courses under way than are worked on and waiting next."""
    waiting: list[AsyncResult[Part]] = []
    for task in tasks:
        waiting.append(pool.apply_async(make, (task,)))
        if len(waiting) > 2 * PROCESSES:
            yield waiting.pop(0).get()
    yield from (one.get() for one in waiting)


def prepare_course(
    task: Task, system: str, params: Prepare, retracted: frozenset[str], folder: Path | None = None
) -> Part:
    """A course's part; its lines are in files of the folder, where there is one."""
    path, lines = task[0], task[1].lines()
    seeds = read_course(path)
    corrected = decide({path.stem: seeds}, lines, params.conflicts, retracted)
    plain = not has_escapes(path) and b"\\" not in ENCODER.encode_lines([line.value.after for line in lines])
    dataset = build(corrected, system, params, partial(Gathered, folder), plain)
    unused = unused_of(lines, corrected, retracted, dataset.left_out)
    idle = {name for names in unused.values() for name in names}
    types = Counter(str(line.value.error_type) for line in lines if line.value.id not in idle)
    return Part(
        path.stem,
        len(seeds),
        sealed(dataset.lines),
        sealed(dataset.sources),
        sealed(dataset.preferences),
        dataset.dropped,
        dataset.left_out,
        unused,
        types,
        [str(one) for one in corrected.reversals],
    )


def sealed(lines: dict[Side, Gathered]) -> dict[Side, Gathered]:
    return {side: gathered.sealed() for side, gathered in lines.items()}


def placed(side: Side, before: int, sources: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of provenance: the place of a line, of which there are so many `before`, and its source."""
    begins = b'{"side":"%b","line":' % side.encode()
    return (b"%b%d,%b" % (begins, number, source) for number, source in enumerate(sources, start=before + 1))


def unused_of(
    lines: Sequence[Located[Correction]], corrected: Corrected, retracted: frozenset[str], left_out: Sequence[LeftOut]
) -> dict[str, list[str]]:
    """Each correction that no line rests on, once: by the first reason that there is."""
    out = {left.seed_id for left in left_out}
    carried = {one.id for (_, seed_id), chain in corrected.chains.items() if seed_id not in out for one in chain}
    withdrawn = [line.value.id for line in lines if line.value.id in retracted]
    found = {
        "retracted": [name for name in withdrawn if name not in carried],
        "retracted, and carried on by what was built on it": [name for name in withdrawn if name in carried],
        "overruled by another correction of the seed (prepare.conflicts)": [one.id for one in corrected.overruled],
        "corrections of the seed disagree (prepare.conflicts)": [
            one.id for ones in corrected.disputed.values() for one in ones
        ],
    }
    idle = {name for names in found.values() for name in names}
    found["of a seed that is left out"] = [
        line.value.id for line in lines if line.value.seed_id in out and line.value.id not in idle
    ]
    return {reason: names for reason, names in found.items() if names}
