"""Keeps every answer that a model gave, so that no question is asked twice; it lies outside of DVC's outputs."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from finetune.dataset.key import sha256
from finetune.errors import FinetuneError
from finetune.records.dataset import Message


class Answers:
    """An SQLite file of answers by (model, messages, settings, sample number). Threads take turns at it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.lock = path, threading.Lock()
        with self.told(), alone(path.parent):
            self.database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self.database.execute("PRAGMA journal_mode=WAL")
            self.database.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL)")

    @classmethod
    def copy(cls, path: Path) -> "Answers":
        """What is kept there, in memory: what the copy keeps is gone with it. Empty where there is no such file."""
        copied = cls(Path(":memory:"))
        copied.path = path
        if path.exists():
            with copied.told(), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as kept:
                kept.backup(copied.database)
        return copied

    @contextmanager
    def told(self) -> Iterator[None]:
        """What SQLite says, as an error with the way on."""
        try:
            yield
        except sqlite3.Error as error:
            full = "full" in str(error)
            fix = "free some space and run the same command again" if full else "move the file away: it is only a store"
            raise FinetuneError(str(self.path), f"the kept answers cannot be used ({error})", fix) from None

    @staticmethod
    def key(model: str, messages: Sequence[Message], settings: str, sample: int) -> str:
        said = (text for message in messages for text in (message.role, message.content))
        texts = [model, settings, str(sample), *said]
        return sha256("\0".join(f"{len(text)}:{text}" for text in texts).encode())

    def get(self, key: str) -> str | None:
        select = "SELECT answer FROM answers WHERE key = ?"
        with self.lock, self.told(), closing(self.database.execute(select, (key,))) as rows:
            row = rows.fetchone()
        return str(row[0]) if row else None

    def keep(self, key: str, answer: str) -> None:
        with self.lock, self.told():
            self.database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, answer))

    def close(self) -> None:
        with self.lock:
            self.database.close()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time: SQLite does not wait where two make a file, or turn it to WAL, at one moment."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
