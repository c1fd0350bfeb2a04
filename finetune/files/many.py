"""Texts by digests, in a file that several processes look into: for more than each can have in memory."""

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

FILE = "texts"


class Many(Mapping[bytes, str]):
    """Made by one process, and sent to others once all is added. Its file is gone with who made it.

    `folder` is where the file is, of who is sent it.
    """

    def __init__(self, folder: str = "") -> None:
        self.folder = folder or tempfile.mkdtemp(prefix="finetune-digests-")
        if not folder:
            weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
            self.base.execute("CREATE TABLE text (digest BLOB PRIMARY KEY, text TEXT) WITHOUT ROWID")

    def __reduce__(self) -> tuple[type["Many"], tuple[str]]:
        return Many, (self.folder,)

    @cached_property
    def base(self) -> sqlite3.Connection:
        base = sqlite3.connect(Path(self.folder) / FILE, isolation_level=None)
        weakref.finalize(self, base.close)
        base.execute("PRAGMA synchronous = OFF")
        return base

    def add(self, texts: Mapping[bytes, str]) -> None:
        """Add these, all or none."""
        with self.base:
            self.base.execute("BEGIN")
            self.base.executemany("INSERT OR REPLACE INTO text VALUES (?, ?)", texts.items())

    def __getitem__(self, digest: bytes) -> str:
        found = self.base.execute("SELECT text FROM text WHERE digest = ?", (digest,)).fetchone()
        if not found:
            raise KeyError(digest)
        return str(found[0])

    def __iter__(self) -> Iterator[bytes]:
        return (digest for (digest,) in self.base.execute("SELECT digest FROM text ORDER BY digest"))

    def __bool__(self) -> bool:
        """To count them, at every line that asks whether there are any, takes too long."""
        return True

    def __len__(self) -> int:
        return int(self.base.execute("SELECT count(*) FROM text").fetchone()[0])
