"""Reads which answers corrections call wrong, some seeds at a time: none of them is to be taught."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from finetune.dataset.corrected import decide
from finetune.dataset.wrong import called_wrong
from finetune.files.courses import course_files
from finetune.files.grouped import Grouped
from finetune.files.stretches import stretches
from finetune.records.params import Conflicts

FEW = 50_000
"""Answers that each process has in memory: some 8 MB."""


def read_wrong(courses: Path, corrections: Path, conflicts: Conflicts) -> Mapping[bytes, str]:
    """Answer's digest -> the correction that changed it. FinetuneError, with its place, for what does not fit."""
    found: dict[bytes, str] = {}
    each = each_wrong(courses, corrections, conflicts)
    for called in each:
        found |= called
        if len(found) > FEW:
            return many_of(chain([found], each))
    return found


def many_of(each: Iterable[Mapping[bytes, str]]) -> Mapping[bytes, str]:
    """The same in a file."""
    from finetune.files.many import Many

    many = Many()
    for called in each:
        many.add(called)
    return many


def each_wrong(courses: Path, corrections: Path, conflicts: Conflicts) -> Iterator[dict[bytes, str]]:
    """The same, of some seeds after others."""
    paths = {path.stem: path for path in course_files(courses)}
    with Grouped(corrections) as said:
        said.refuse_unknown(list(paths))
        for course in sorted(said.first):
            with stretches(paths[course], said.group(course)) as each:
                for share in each:
                    lines = share.group.lines()
                    truth = decide({course: share.stretch.seeds}, lines, conflicts, said.retracted).courses
                    counted = [line.value for line in lines if line.value.id not in said.retracted]
                    yield called_wrong(truth, counted)
