"""Batches of questions that were intended or sent, and are not settled: a file each, in this machine's own folder."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from finetune.dataset.key import sha256
from finetune.errors import unusable
from finetune.files.writing import sync, write_json
from finetune.records.batch import Batch

AWAY = "move it away: its answers are then asked for, and paid, again"


class Intents:
    """A folder of them, by what they ask: the same questions are one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def lock(self, tell: Callable[[str], None]) -> Iterator[None]:
        """One process at a time: a run whose DVC was killed goes on by itself, and another may be started beside it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                tell("another run has questions answered in batches: waiting until it ends")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def all(self, provider: str) -> list[Batch]:
        """Those of one provider, the oldest first."""
        found = [self.read(path) for path in sorted(self.folder.glob("*.json"))]
        return sorted((batch for batch in found if batch.provider == provider), key=lambda batch: batch.intended_at)

    def read(self, path: Path) -> Batch:
        try:
            return msgspec.json.decode(path.read_bytes(), type=Batch)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise unusable(str(path), f"not a batch that was sent ({error})", AWAY) from None

    def path(self, batch: Batch) -> Path:
        return self.folder / f"{sha256(' '.join(sorted(batch.questions)).encode())}.json"

    def write(self, batch: Batch) -> Batch:
        """Write it, synced to disk before this returns."""
        write_json(self.path(batch), batch)
        return batch

    def sent(self, batch: Batch, batch_id: str) -> Batch:
        """Write down the id that it got."""
        return self.write(msgspec.structs.replace(batch, batch_id=batch_id))

    def forget(self, batch: Batch) -> None:
        self.path(batch).unlink(missing_ok=True)
        sync(self.folder)
