"""What the earlier seeds of a course claimed, kept on disk: memory holds what bears on the next seeds alone."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from mmap import mmap
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from xxhash import xxh3_64_intdigest

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
BEARING = (
    "SELECT number, place, seed, side, known, target FROM asked JOIN claim USING (run) WHERE number < ? "
    "ORDER BY number, place"
)


class View(NamedTuple):
    """Where another process finds the claims, and how many words the longest has."""

    folder: Path
    longest: int


class Earlier:
    """`with Earlier() as earlier:`, then `bearing(seeds)` and `add(seeds)` by turns, in the order of the seeds.

    A claim is looked up by its run of words: those that can stand in a sentence are runs of that, which are few,
    however many claims there are. Chunks without words are of one run, the empty one.

    With a folder, another process can look up what bears on the next seeds, while those and later ones are added here:
    `with Earlier(view=earlier.view) as seen:`.
    """

    def __init__(self, folder: Path | None = None, view: View | None = None) -> None:
        self.folder = view.folder if view else folder
        self.longest = view.longest if view else 0
        self.base: Connection | None = None
        self.marks: bytearray | mmap = bytearray()
        if view:
            self.open()

    def __enter__(self) -> "Earlier":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.base:
            self.base.close()

    def open(self) -> "Connection":
        """What is in the folder, which is made where it is not; in memory, and beyond it, without one."""
        from finetune.files.scratch import scratch

        self.base = scratch(CLAIM, self.folder and self.folder / "claims")
        self.base.execute("CREATE TEMP TABLE asked (run BLOB PRIMARY KEY) WITHOUT ROWID")
        self.marks = shared(self.folder / "marks", MARKS) if self.folder else bytearray(MARKS)
        return self.base

    @property
    def view(self) -> View | None:
        """For another process; None where nobody has claimed anything."""
        return View(self.folder, self.longest) if self.folder and self.base else None

    def add(self, seeds: Iterable[Placed]) -> None:
        """Let seeds claim what is free: those of no side, which are not taught, by the law alone."""
        base = self.base or self.open()
        with transaction(base):
            base.executemany("INSERT OR IGNORE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self.rows(seeds))

    def rows(self, seeds: Iterable[Placed]) -> Iterator[tuple[object, ...]]:
        claimed = set[tuple[str, str]]()
        for seed, side in seeds:
            for place, pair in enumerate(seed.pairs):
                chunk = normalise(pair.known_chunk)
                if (chunk, side or "") in claimed:
                    continue
                claimed.add((chunk, side or ""))
                run = run_of(pair.known_chunk)
                self.marks[xxh3_64_intdigest(run) % MARKS] = True
                self.longest = max(self.longest, run.count(b" ") - 1)
                said = pair.known_chunk, pair.target_chunk
                yield run, chunk, side or "", seed.number, place, seed.seed_id, *said

    def bearing(self, seeds: Sequence[Seed], shown: bool = True) -> list[Placed]:
        """The earlier seeds that made a claim of a chunk of one of these, or, where it is to be `shown`, one that
        stands in a sentence of theirs; and only those claims of them, and nothing else."""
        if not self.base or not seeds:
            return []
        runs = {run_of(pair.known_chunk) for seed in seeds for pair in seed.pairs}
        runs.update(self.runs(seeds) if shown else ())
        with transaction(self.base):
            self.base.execute("DELETE FROM asked")
            self.base.executemany("INSERT INTO asked VALUES (?)", ((run,) for run in runs))
            found = self.base.execute(BEARING, (seeds[0].number,)).fetchall()
        claimants = groupby(found, key=lambda row: (row[0], row[2], row[3]))
        return [(claimant(name, rows), side or None) for (_, name, side), rows in claimants]

    def runs(self, seeds: Iterable[Seed]) -> Iterator[bytes]:
        """The runs of words in the sentences that may have been claimed."""
        marks, longest = self.marks, self.longest
        for seed in seeds:
            said, at = run_of(seed.known), 0
            spaces = [0, *(at := at + 1 + len(word) for word in said.split())]
            for first, start in enumerate(spaces):
                for end in spaces[first + 1 : first + 1 + longest]:
                    if marks[xxh3_64_intdigest(run := said[start : end + 1]) % MARKS]:
                        yield run


@contextmanager
def transaction(base: "Connection") -> Iterator[None]:
    """One for several statements, where all of the run is not one already."""
    if base.in_transaction:
        yield
        return
    base.execute("BEGIN")
    yield
    base.execute("COMMIT")


def shared(path: Path, size: int) -> mmap:
    """So many bytes that several processes see; they are 0 at first."""
    with path.open("a+b") as file:
        file.truncate(size)
        return mmap(file.fileno(), size)


def claimant(name: str, rows: Iterable[tuple[int, int, str, str, str, str]]) -> Seed:
    """A seed of nothing but pairs: their places, and what they are part of, are no matter to who comes later."""
    return Seed("", name, "", "", "", "", tuple(Lego("", "BASE", target, known) for *_, known, target in rows), ())
