"""Which ids are taken: in memory while they are few, on disk where they are many."""

from typing import TYPE_CHECKING

from xxhash import xxh3_128_digest

if TYPE_CHECKING:
    from sqlite3 import Connection

FEW = 100_000
"""Ids that are kept in memory: some 10 MB."""


class Ids:
    """Ids by 128-bit digests; `take` says whether one was free."""

    def __init__(self) -> None:
        self.held: set[bytes] = set()
        self.base: Connection | None = None

    def take(self, name: str) -> bool:
        digest = digest_of(name)
        if self.base:
            return self.base.execute("INSERT OR IGNORE INTO taken VALUES (?)", (digest,)).rowcount == 1
        free = digest not in self.held
        self.held.add(digest)
        if len(self.held) >= FEW:
            self.spill()
        return free

    def spill(self) -> None:
        """Put all into a database, and those that come."""
        from finetune.files.scratch import scratch

        self.base = scratch("taken (id BLOB PRIMARY KEY) WITHOUT ROWID")
        self.base.executemany("INSERT INTO taken VALUES (?)", ((digest,) for digest in self.held))
        self.held.clear()

    def __contains__(self, name: str) -> bool:
        digest = digest_of(name)
        if self.base:
            return self.base.execute("SELECT 1 FROM taken WHERE id = ?", (digest,)).fetchone() is not None
        return digest in self.held


def digest_of(text: str) -> bytes:
    return xxh3_128_digest(text.encode("utf-8", "surrogatepass"))
