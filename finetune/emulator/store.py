"""The emulator's folder: every record is a file, written whole at every change, and read again at a restart."""

import fcntl
from pathlib import Path
from typing import Generic, Protocol, TextIO, TypeVar

import msgspec

from finetune.emulator.answers import refuse
from finetune.errors import unusable
from finetune.files.writing import write, write_json


class Kept(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def number(self) -> int: ...


K = TypeVar("K", bound=Kept)
T = TypeVar("T")


class Shelf(Generic[K]):
    """The records of one kind, in the order in which they were made. Ids come from us: they are safe as file names.

    An id of a request is only ever looked up here, and never becomes a path.
    """

    def __init__(self, folder: Path, of: type[K], noun: str) -> None:
        self.folder, self.noun = folder, noun
        records = [read(path, of) for path in folder.glob("*.json")]
        self.records = {record.id: record for record in sorted(records, key=lambda record: record.number)}

    def put(self, record: K) -> K:
        write_json(self.folder / f"{record.id}.json", record)
        self.records[record.id] = record
        return record

    def get(self, name: str) -> K:
        """404 where there is none."""
        if name not in self.records:
            refuse(404, f"no such {self.noun}: {name[:100]}")
        return self.records[name]

    def all(self) -> list[K]:
        return list(self.records.values())

    def newest(self) -> list[K]:
        return self.all()[::-1]

    def path(self, name: str, suffix: str) -> Path:
        """Where a record's data lies, by the record's own id."""
        return self.folder / f"{name}.{suffix}"

    def put_data(self, name: str, suffix: str, data: bytes) -> None:
        write(self.path(name, suffix), data)


def read(path: Path, of: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=of)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise unusable(str(path), str(error), "not of this emulator: name another --store") from None


def claim(folder: Path) -> TextIO:
    """Take the folder for this emulator alone, as long as the file that is returned is open."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise unusable(str(folder), "another emulator uses this folder", "stop it, or name another --store") from None
    return lock
