"""Makes the lines of one large course on both cores, while what its seeds claim is found in their order."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from finetune.adding import Taught, add_stretch, settled
from finetune.dataset.placed import place
from finetune.earlier import Earlier, View
from finetune.files.kept import Group
from finetune.files.stretches import Share, Span, read_stretch, stretches
from finetune.part import Part
from finetune.workers import bounded

if TYPE_CHECKING:
    from multiprocessing.pool import Pool


class Task(NamedTuple):
    """Seeds of a course that follow each other, their corrections, and where to find what was claimed before."""

    path: Path
    span: Span
    group: Group
    view: View | None


def prepare_large(path: Path, group: Group, taught: Taught, folder: Path, pool: "Pool") -> Part:
    """The part of a course."""
    part = Part(folder)
    part.course()
    with (
        TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own,
        Earlier(Path(own)) as earlier,
        stretches(path, group) as each,
    ):
        make = partial(prepare_stretch, taught=taught, folder=folder)
        for made in bounded(pool, make, tasks(path, each, earlier, taught)):
            part.join(made)
    return part.sealed()


def tasks(path: Path, each: Iterable[Share], earlier: Earlier, taught: Taught) -> Iterator[Task]:
    """A stretch after another, each as soon as all is claimed before it; its own claims are added meanwhile.

    Who claims what depends on which seeds are taught, and that on the claims of their chunks alone, which are few.
    """
    for share in each:
        yield Task(path, share.span, share.group, earlier.view)
        if not share.last:
            corrected = settled(path, share.stretch, share.group.lines(), taught)
            seeds = corrected.courses[path.stem]
            earlier.add(place(seeds, corrected, taught.params, earlier.bearing(seeds, shown=False))[0])


def prepare_stretch(task: Task, taught: Taught, folder: Path) -> Part:
    part = Part(folder)
    part.course()
    with Earlier(view=task.view) as earlier:
        add_stretch(part, task.path, read_stretch(task.path, task.span), task.group.lines(), earlier, taught)
    return part.sealed()
