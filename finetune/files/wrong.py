"""Reads which answers corrections call wrong, course by course: none of them is to be taught."""

from pathlib import Path

from finetune.dataset.corrected import decide
from finetune.dataset.wrong import called_wrong
from finetune.files.courses import course_files, read_course
from finetune.files.grouped import Grouped
from finetune.records.params import Conflicts


def read_wrong(courses: Path, corrections: Path, conflicts: Conflicts) -> dict[bytes, str]:
    """Answer's digest -> the correction that changed it. FinetuneError, with its place, for what does not fit."""
    found: dict[bytes, str] = {}
    paths = {path.stem: path for path in course_files(courses)}
    with Grouped(corrections) as said:
        said.refuse_unknown(list(paths))
        for course in sorted(said.first):
            lines = said.of(course)
            truth = decide({course: read_course(paths[course])}, lines, conflicts, said.retracted).courses
            counted = [line.value for line in lines if line.value.id not in said.retracted]
            found |= called_wrong(truth, counted)
    return found
