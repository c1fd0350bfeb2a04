"""The ledger: one committed file per job, so that a job is never submitted twice and never forgotten."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from finetune.errors import unusable
from finetune.files.writing import sync, write_json
from finetune.records.job import Entry


class Ledger:
    """A folder of `<key>.json`. It is neither a dependency nor an output of any stage: DVC deletes outputs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def read(self, key: str) -> Entry | None:
        """The entry of a key; None where nobody ever intended that job."""
        try:
            return msgspec.json.decode(self.path(key).read_bytes(), type=Entry)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise unusable(str(self.path(key)), f"not a ledger entry ({error})", "restore it from Git") from None

    def write(self, entry: Entry) -> None:
        """Write an entry, synced to disk before this returns."""
        write_json(self.path(entry.spec.key), entry)

    def forget(self, key: str) -> None:
        """Take back an intent that led to nothing."""
        self.path(key).unlink(missing_ok=True)
        sync(self.folder)

    def entries(self) -> list[Entry]:
        """All entries, oldest intent first."""
        found = [self.read(path.stem) for path in sorted(self.folder.glob("*.json"))]
        return sorted((entry for entry in found if entry), key=lambda entry: entry.intended_at)

    def started(self, provider: str) -> dict[str, Entry]:
        """The entries of a provider's jobs, by their ids."""
        return {entry.job_id: entry for entry in self.entries() if entry.job_id and entry.spec.provider == provider}

    def intended(self, prefix: str = "") -> Entry:
        """The one entry that has an intent and no job id, of those whose keys begin with `prefix`."""
        found = [entry for entry in self.entries() if not entry.job_id and entry.spec.key.startswith(prefix)]
        if not found:
            what = f"every job {f'whose key begins with {prefix} ' if prefix else ''}has an id, or was never intended"
            raise unusable(str(self.folder), what, "there is nothing to settle: `make finetune` goes on")
        if len(found) > 1:
            keys = ", ".join(f"{entry.spec.key[:16]} ({entry.spec.provider}, {entry.intended_at})" for entry in found)
            raise unusable(
                str(self.folder), f"{len(found)} jobs have no id: {keys}", "choose one: --key and how it begins"
            )
        return found[0]

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """One process at a time per key, on this machine; the lock ends with the process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f".{key}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
