"""Reads the courses with their corrections: what is taught, and what answers are held against."""

from pathlib import Path
from typing import NamedTuple

from finetune.dataset.corrected import decide
from finetune.files.corrections import read_folder
from finetune.files.courses import read_courses
from finetune.records.correcting import Corrected
from finetune.records.course import Correction, Courses
from finetune.records.params import Conflicts
from finetune.records.review import Read


class Truth(NamedTuple):
    """The courses as they were generated, what people said of them, and what came of it."""

    generated: Courses
    read: Read
    corrected: Corrected

    @property
    def courses(self) -> Courses:
        return self.corrected.courses

    @property
    def corrections(self) -> list[Correction]:
        """Those that count, oldest first."""
        return [line.value for line in self.read.corrections]


def read_truth(courses: Path, corrections: Path, conflicts: Conflicts) -> Truth:
    """FinetuneError, with its place, for what cannot be read or does not fit."""
    generated, read = read_courses(courses), read_folder(corrections)
    return Truth(generated, read, decide(generated, read.said, conflicts, read.retracted))
