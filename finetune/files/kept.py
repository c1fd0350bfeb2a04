"""Lines of corrections under keys: in memory where they are few, in a temporary file where they are not."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Generic, NamedTuple, TypeVar

from finetune.files.corrections import moment
from finetune.files.jsonl import ENCODER, decoder
from finetune.records.course import Correction
from finetune.records.located import Located

HELD = 4_000
"""Lines that are put into the file at once."""
K = TypeVar("K", str, int)


class Group(NamedTuple):
    """A key's lines: in memory, and at these spans (first byte, bytes) of a file."""

    held: Sequence[Located[Correction]]
    file: Path | None
    spans: Sequence[tuple[int, int]]

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return sum(size for _, size in self.spans)

    def each(self) -> Iterator[Located[Correction]]:
        """All of them, as they came; no more of the file is in memory than a span."""
        if self.file:
            with self.file.open("rb") as file:
                for start, size in self.spans:
                    file.seek(start)
                    yield from decoder(Located[Correction]).decode_lines(file.read(size))
        yield from self.held

    def lines(self) -> list[Located[Correction]]:
        """All of them, oldest first; those of one moment in the order of their files."""
        return sorted(self.each(), key=moment)


class Kept(Generic[K]):
    """`with Kept(large) as kept:`, where `large` is whether there is a file."""

    def __init__(self, large: bool) -> None:
        self.held = 0
        self.lines: dict[K, list[Located[Correction]]] = defaultdict(list)
        self.spans: dict[K, list[tuple[int, int]]] = defaultdict(list)
        self.large = large
        self.file: IO[bytes] | None = None

    def __enter__(self) -> "Kept[K]":
        if self.large:
            self.file = tempfile.NamedTemporaryFile(prefix="finetune-corrections-")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.file:
            self.file.close()

    def add(self, key: K, line: Located[Correction]) -> None:
        self.lines[key].append(line)
        self.held += 1
        if self.file and self.held >= HELD:
            self.spill()

    def spill(self) -> None:
        """Put what is in memory into the file, where there is one."""
        if not self.file:
            return
        for key, lines in self.lines.items():
            data = ENCODER.encode_lines(lines)
            self.spans[key].append((self.file.tell(), len(data)))
            self.file.write(data)
        self.file.flush()
        self.lines.clear()
        self.held = 0

    def group(self, key: K) -> Group:
        """What another process can read as well, once the last lines are in the file."""
        file = Path(self.file.name) if self.file else None
        return Group(self.lines.get(key, ()), file, self.spans.get(key, ()))
