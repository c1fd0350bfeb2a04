"""A folder's corrections by course, each of them found sound, in bounded memory."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from finetune.errors import listed, unusable
from finetune.files.corrections import correction_files, each_of, idle, moment, read_retractions
from finetune.files.ids import Ids
from finetune.files.kept import Group, Kept
from finetune.records.course import Correction
from finetune.records.located import Located
from finetune.records.review import LeftOutRecord, Retraction

LARGE = 16 << 20
"""Bytes of corrections from which on they are kept in a file."""


class Grouped:
    """`with Grouped(folder) as said:`, then `said.of(course)` for each course.

    Every line is read, and found sound, before the first course is asked for. `leave_out` is told of what is no
    correction.
    """

    def __init__(self, folder: Path, leave_out: Callable[[LeftOutRecord], None] = lambda _: None) -> None:
        self.folder = folder
        self.leave_out = leave_out
        self.idle: list[str] = []
        self.retracted: dict[str, Retraction] = {}
        self.raw = 0
        self.first: dict[str, str] = {}
        self.ids = Ids()

    def __enter__(self) -> "Grouped":
        files = correction_files(self.folder)
        with ExitStack() as stack:
            self.kept = stack.enter_context(Kept[str](sum(path.stat().st_size for path in files) >= LARGE))
            self.read(files)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stack.close()

    def read(self, files: Sequence[Path]) -> None:
        for path in files:
            for found in each_of(path):
                self.raw += 1
                if isinstance(found, LeftOutRecord):
                    self.leave_out(found)
                else:
                    self.add(found)
        self.kept.spill()
        self.withdraw()

    def add(self, line: Located[Correction]) -> None:
        moment(line)
        if not self.ids.take(line.value.id):
            taken = next(one.where for one in self.all() if one.value.id == line.value.id)
            raise unusable(line.where, f"the id {line.value.id!r} is taken by {taken}", "give it a new id")
        self.first.setdefault(line.value.course, line.where)
        self.kept.add(line.value.course, line)

    def withdraw(self) -> None:
        for line in read_retractions(self.folder):
            name = line.value.correction
            if name not in self.ids:
                self.idle.append(idle(line))
                continue
            if name in self.retracted:
                raise unusable(line.where, f"the correction {name} is retracted already", "take the line out")
            self.retracted[name] = line.value

    def refuse_unknown(self, courses: Sequence[str]) -> None:
        """FinetuneError, with its place, where a correction is of a course that is none of these."""
        for course, where in self.first.items():
            if course not in courses:
                raise unusable(where, f"no course {course!r}", f"known courses: {listed(courses)}")

    def all(self) -> Iterator[Located[Correction]]:
        for course in self.first:
            yield from self.group(course).each()

    def group(self, course: str) -> Group:
        """What another process can read as well."""
        return self.kept.group(course)
