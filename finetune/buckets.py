"""Keeps the digests of lines until all are read: in memory, or in files where there are many."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from finetune.dataset.found import SIZE

LARGEST = SIZE << 17
"""Bytes of a bucket that are looked at in one go: a larger one is looked at in parts, one after another."""


class Bucket(NamedTuple):
    """Entries of a digest. Those whose second byte is `part`, modulo `parts`, are to be looked at."""

    digest: str
    entries: bytes | Path
    part: int = 0
    parts: int = 1

    def read(self) -> Iterator[bytes]:
        """The entries of this part, so many at a time."""
        if isinstance(self.entries, bytes):
            yield self.entries
            return
        with self.entries.open("rb") as file:
            while piece := file.read(LARGEST):
                starts = range(0, len(piece), SIZE) if self.parts > 1 else ()
                mine = [piece[at : at + SIZE] for at in starts if piece[at + 1] % self.parts == self.part]
                yield b"".join(mine) if starts else piece


def spread(entries: Iterable[tuple[int, bytes]], parts: int) -> Iterator[Iterable[bytes]]:
    """Entries, each with its part: part by part, from temporary files."""
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile(prefix="finetune-lint-")) for _ in range(parts)]
        for part, entry in entries:
            files[part].write(entry)
        for file in files:
            file.seek(0)
            yield iter(partial(file.read, SIZE), b"")


class Memory:
    """Digests of small files: where they are."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], bytearray] = {}

    def keep(self, digests: dict[tuple[str, int], bytes]) -> None:
        for bucket, entries in digests.items():
            self.kept.setdefault(bucket, bytearray()).extend(entries)

    def all(self) -> Iterator[Bucket]:
        return (Bucket(digest, bytes(entries)) for (digest, _), entries in sorted(self.kept.items()))


class Disk:
    """Digests of large files: in temporary files, a bucket each, gone with the lint."""

    def __enter__(self) -> "Disk":
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="finetune-lint-")))
        self.files: dict[tuple[str, int], BinaryIO] = {}
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def keep(self, digests: dict[tuple[str, int], bytes]) -> None:
        for bucket, entries in digests.items():
            if bucket not in self.files:
                path = self.folder / f"{bucket[0]}-{bucket[1]:02}"
                self.files[bucket] = self.stack.enter_context(path.open("wb"))
            self.files[bucket].write(entries)

    def all(self) -> Iterator[Bucket]:
        for (digest, _), file in sorted(self.files.items(), key=lambda one: one[0]):
            file.close()
            path = Path(file.name)
            parts = 1 + path.stat().st_size // LARGEST
            yield from (Bucket(digest, path, part, parts) for part in range(parts))
