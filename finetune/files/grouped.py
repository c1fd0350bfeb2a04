"""A folder's corrections by course: in memory where they are few, in a temporary file where they are not."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple

import msgspec

from finetune.errors import listed, unusable
from finetune.files.corrections import correction_files, each_of, idle, moment, read_retractions
from finetune.files.jsonl import decoder
from finetune.records.course import Correction
from finetune.records.located import Located
from finetune.records.review import LeftOutRecord, Retraction

LARGE = 16 << 20
"""Bytes of corrections from which on they are kept in a file."""
HELD = 10_000
"""Corrections that are put into the file at once."""


class Group(NamedTuple):
    """A course's corrections: in memory, and at these spans (first byte, bytes) of a file."""

    held: Sequence[Located[Correction]]
    file: Path | None
    spans: Sequence[tuple[int, int]]

    def lines(self) -> list[Located[Correction]]:
        """All of them, oldest first; those of one moment in the order of their files."""
        lines: list[Located[Correction]] = []
        if self.file:
            with self.file.open("rb") as file:
                for start, size in self.spans:
                    file.seek(start)
                    lines += decoder(Located[Correction]).decode_lines(file.read(size))
        return sorted([*lines, *self.held], key=moment)


class Grouped:
    """`with Grouped(folder) as said:`, then `said.of(course)` for each course.

    Every line is read, and found sound, before the first course is asked for.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.left_out: list[LeftOutRecord] = []
        self.idle: list[str] = []
        self.retracted: dict[str, Retraction] = {}
        self.raw = self.held = 0
        self.first: dict[str, str] = {}
        self.lines: dict[str, list[Located[Correction]]] = defaultdict(list)
        self.spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.kept: IO[bytes] | None = None

    def __enter__(self) -> "Grouped":
        files = correction_files(self.folder)
        if sum(path.stat().st_size for path in files) >= LARGE:
            self.kept = tempfile.NamedTemporaryFile(prefix="finetune-corrections-")
        ids: set[bytes] = set()
        for path in files:
            for found in each_of(path):
                self.raw += 1
                if isinstance(found, LeftOutRecord):
                    self.left_out.append(found)
                else:
                    self.add(found, ids)
        self.spill()
        self.withdraw(ids)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.kept:
            self.kept.close()

    def add(self, line: Located[Correction], ids: set[bytes]) -> None:
        moment(line)
        digest = digest_of(line.value.id)
        if digest in ids:
            taken = next(one.where for one in self.all() if one.value.id == line.value.id)
            raise unusable(line.where, f"the id {line.value.id!r} is taken by {taken}", "give it a new id")
        ids.add(digest)
        self.first.setdefault(line.value.course, line.where)
        self.lines[line.value.course].append(line)
        self.held += 1
        if self.held >= HELD:
            self.spill()

    def withdraw(self, ids: set[bytes]) -> None:
        for line in read_retractions(self.folder):
            name = line.value.correction
            if digest_of(name) not in ids:
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

    def spill(self) -> None:
        """Put what is in memory into the file, where there is one."""
        if not self.kept:
            return
        for course, lines in self.lines.items():
            data = msgspec.json.Encoder().encode_lines(lines)
            self.spans[course].append((self.kept.tell(), len(data)))
            self.kept.write(data)
        self.kept.flush()
        self.lines.clear()
        self.held = 0

    def all(self) -> Iterator[Located[Correction]]:
        for course in self.first:
            yield from self.of(course)

    def group(self, course: str) -> Group:
        """What another process can read as well."""
        file = Path(self.kept.name) if self.kept else None
        return Group(self.lines.get(course, ()), file, self.spans.get(course, ()))

    def of(self, course: str) -> list[Located[Correction]]:
        return self.group(course).lines()


def digest_of(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
