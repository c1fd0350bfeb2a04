"""What the earlier seeds of a course claimed, kept on disk: memory holds what bears on the next seeds alone."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from types import TracebackType
from typing import TYPE_CHECKING

from finetune.lego.tokens import normalise, run_of
from finetune.records.course import Lego, Seed
from finetune.records.dataset import Placed

if TYPE_CHECKING:
    from sqlite3 import Connection

MARKS = 1 << 22
"""Bytes, each a mark for the hashes that end alike: a run without a mark was not claimed, and is not looked up."""
CLAIM = (
    "claim (run BLOB, chunk TEXT, side TEXT, number INTEGER, place INTEGER, seed TEXT, known TEXT, target TEXT, "
    "PRIMARY KEY (run, chunk, side)) WITHOUT ROWID"
)
"""The first claim of each side, and of the seeds that are not taught: the first of several is the first of these."""
BEARING = "SELECT number, place, seed, side, known, target FROM asked JOIN claim USING (run) ORDER BY number, place"


class Earlier:
    """`with Earlier() as earlier:`, then `bearing(seeds)` and `add(seeds)` by turns, in the order of the seeds.

    A claim is looked up by its run of words: those that can stand in a sentence are runs of that, which are few,
    however many claims there are. Chunks without words are of one run, the empty one.
    """

    def __init__(self) -> None:
        self.base: Connection | None = None
        self.longest = 0
        self.marks = bytearray()

    def __enter__(self) -> "Earlier":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.base:
            self.base.close()

    def add(self, seeds: Iterable[Placed]) -> None:
        """Let seeds claim what is free: those of no side, which are not taught, by the law alone."""
        if not self.base:
            self.base, self.marks = made(), bytearray(MARKS)
        self.base.executemany("INSERT OR IGNORE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self.rows(seeds))

    def rows(self, seeds: Iterable[Placed]) -> Iterator[tuple[object, ...]]:
        for seed, side in seeds:
            for place, pair in enumerate(seed.pairs):
                run, chunk = run_of(pair.known_chunk), normalise(pair.known_chunk)
                self.marks[hash(run) % MARKS] = True
                self.longest = max(self.longest, run.count(b" ") - 1)
                said = pair.known_chunk, pair.target_chunk
                yield run, chunk, side or "", seed.number, place, seed.seed_id, *said

    def bearing(self, seeds: Sequence[Seed]) -> list[Placed]:
        """The earlier seeds that made a claim which bears on one of these, or is of a chunk of theirs; and only those
        claims of them, and nothing else."""
        if not self.base:
            return []
        self.base.execute("DELETE FROM asked")
        self.base.executemany("INSERT OR IGNORE INTO asked VALUES (?)", ((run,) for run in self.runs(seeds)))
        found = groupby(self.base.execute(BEARING), key=lambda row: (row[0], row[2], row[3]))
        return [(claimant(name, rows), side or None) for (_, name, side), rows in found]

    def runs(self, seeds: Iterable[Seed]) -> Iterator[bytes]:
        """Runs of words that may have been claimed: those of the chunks, and those in the sentences."""
        marks, longest = self.marks, self.longest
        for seed in seeds:
            yield from (run_of(pair.known_chunk) for pair in seed.pairs)
            said, at = run_of(seed.known), 0
            spaces = [0, *(at := at + 1 + len(word) for word in said.split())]
            for first, start in enumerate(spaces):
                for end in spaces[first + 1 : first + 1 + longest]:
                    if marks[hash(run := said[start : end + 1]) % MARKS]:
                        yield run


def made() -> "Connection":
    from finetune.files.scratch import scratch

    base = scratch(CLAIM)
    base.execute("CREATE TABLE asked (run BLOB PRIMARY KEY) WITHOUT ROWID")
    return base


def claimant(name: str, rows: Iterable[tuple[int, int, str, str, str, str]]) -> Seed:
    """A seed of nothing but pairs: their places, and what they are part of, are no matter to who comes later."""
    return Seed("", name, "", "", "", "", tuple(Lego("", "BASE", target, known) for *_, known, target in rows), ())
