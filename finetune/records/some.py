"""How many there are of something, and the first of them by name: what is shown of what may be without an end."""

from collections import Counter
from collections.abc import Hashable
from functools import partial
from typing import Generic, TypeVar

import msgspec

FIRST = 8
"""So many are named; a file has all."""
MOST = 100
"""Reasons, or reversals, that are told one by one."""
R = TypeVar("R", bound=Hashable)


class Some(msgspec.Struct):
    """`first` are no more than `most`."""

    most: int = FIRST
    size: int = 0
    first: list[str] = []

    def add(self, name: str) -> None:
        self.add_all(Some(size=1, first=[name]))

    def add_all(self, other: "Some") -> None:
        self.size += other.size
        self.first += other.first[: self.most - len(self.first)]

    @property
    def more(self) -> int:
        return self.size - len(self.first)

    def told(self) -> str:
        return ", ".join(self.first) + (f", and {self.more} more" if self.more else "")


class Reasons(msgspec.Struct, Generic[R]):
    """Why records are left out -> which: the first MOST reasons, and how many records `more` for others."""

    some: dict[R, Some] = {}
    more: int = 0

    def add(self, reason: R, records: Some) -> None:
        if reason in self.some or len(self.some) < MOST:
            self.some.setdefault(reason, Some()).add_all(records)
        else:
            self.more += records.size

    def join(self, other: "Reasons[R]") -> None:
        for reason, records in other.some.items():
            self.add(reason, records)
        self.more += other.more

    @property
    def size(self) -> int:
        return self.more + sum(some.size for some in self.some.values())


class Became(msgspec.Struct):
    """What became of seeds and of their corrections.

    `untaught` is why seeds of a course are left out -> their ids; `unused` why corrections count for nothing -> theirs,
    or the places of what is none; `types` are those of the others.
    """

    seeds: int = 0
    untaught: Reasons[tuple[str, str]] = msgspec.field(default_factory=Reasons)
    unused: dict[str, Some] = {}
    types: Counter[str] = msgspec.field(default_factory=Counter)
    reversals: Some = msgspec.field(default_factory=partial(Some, MOST))

    def unuse(self, reason: str, corrections: Some) -> None:
        self.unused.setdefault(reason, Some()).add_all(corrections)

    def join(self, other: "Became") -> None:
        """Add what became of others, which come after these."""
        self.seeds += other.seeds
        self.untaught.join(other.untaught)
        for reason, corrections in other.unused.items():
            self.unuse(reason, corrections)
        self.types.update(other.types)
        self.reversals.add_all(other.reversals)
