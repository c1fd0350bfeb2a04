"""Lines that share a digest, as rules look at them: however many, never all in memory."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from finetune.records.dataset import Side

INVOLVED = 100
"""Lines that a finding names; in a group of thousands, each of which has a finding, all would be their square."""
HELD = 1 << 16
"""Entries that are held at once."""


PARTS = 200
"""Parts at most: each is a file that is open."""


class Entry(NamedTuple):
    """A line in a group: where it stands, and its digest to compare."""

    side: Side
    number: int
    value: bytes
    file: str

    @property
    def where(self) -> str:
        return f"{self.file}:{self.number}"


Spread = Callable[[int], Iterator[Iterable[Entry]]]


class Entries:
    """The entries of one side, in the order of their lines; `read` goes through them anew.

    `spread` goes through them in so many parts, by `part_of`, one after another: of more than HELD, all at once is not
    to be in memory.
    """

    def __init__(self, read: Callable[[], Iterable[Entry]], size: int, spread: Spread | None = None) -> None:
        self.read, self.size, self.spread = read, size, spread

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.read())

    def __len__(self) -> int:
        return self.size

    def first(self, most: int) -> list[Entry]:
        return list(islice(self, most))

    def parts(self, size: int = 0) -> Iterator[Iterable[Entry]]:
        """All entries, in parts that have no value in common: what is remembered of one is forgotten with it. As many
        parts as so many entries need, where these are not their own."""
        parts = min(1 + (size or self.size) // HELD, PARTS)
        return iter((self,)) if self.spread is None or parts == 1 else self.spread(parts)

    def values(self) -> int:
        """How many different values they have."""
        return sum(len({one.value for one in part}) for part in self.parts())


Involving = tuple[Entry, str, list[Entry]]
"""A line with a finding, what it is, and the lines that it is about: INVOLVED at most."""


class Group(NamedTuple):
    """The entries of a digest, by side."""

    training: Entries
    validation: Entries

    def sides(self) -> Iterator[Entries]:
        yield from (entries for entries in self if len(entries))
