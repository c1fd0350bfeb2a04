"""A database for what one run has to look up and cannot keep in memory: a temporary file, gone with the run."""

import sqlite3

PAGES = 8_000
"""Kilobytes of it that are in memory."""


def scratch(table: str) -> sqlite3.Connection:
    """A new database with this table. Nothing of it is to outlive the run, so nothing is made safe against a crash."""
    base = sqlite3.connect("", isolation_level=None)  # "": SQLite's own temporary file, which has no name
    for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{PAGES}"):
        base.execute(f"PRAGMA {pragma}")
    base.execute(f"CREATE TABLE {table}")
    base.execute("BEGIN")  # all of the run is one transaction: a fifth of the time
    return base
