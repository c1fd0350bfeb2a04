"""A database for what one run has to look up and cannot keep in memory: temporary files, gone with the run."""

import sqlite3
from pathlib import Path

PAGES = 8_000
"""Kilobytes of it that are in memory."""
PATIENCE = 600
"""Seconds that one process waits for another to have written."""


def scratch(table: str, path: Path | None = None) -> sqlite3.Connection:
    """A database with this table. Nothing of it is to outlive the run, so nothing is made safe against a crash.

    Without a path it is SQLite's own temporary file, which has no name, and all of the run is one transaction: a fifth
    of the time. With one, other processes can read what was committed while more is written.
    """
    base = sqlite3.connect(path or "", isolation_level=None, timeout=PATIENCE)
    for pragma in (f"journal_mode = {'WAL' if path else 'OFF'}", "synchronous = OFF", f"cache_size = -{PAGES}"):
        base.execute(f"PRAGMA {pragma}")
    base.execute(f"CREATE TABLE IF NOT EXISTS {table}")
    if not path:
        base.execute("BEGIN")
    return base
