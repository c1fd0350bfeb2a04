"""What the dataset rules find, and what is counted on the way to finding it."""

from array import array
from collections import Counter
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from msgspec import Struct as Record
from msgspec import field

from finetune.records.dataset import Side

MOST = 1_000
"""Findings of a rule that are told one by one; the rest is counted."""
LABELS = 100_000
"""Labels of a rule that are told apart, the first that there are; those after them have MORE as their last part."""
MORE = ""
PLACE = Struct("<Q?")
"""Where a line stands, in an entry of `Counted.digests`: its number, and whether it is of the validation side."""
SIZE = 32 + PLACE.size


class Problem(NamedTuple):
    """What a rule says of a line or a text.

    `column` is where, from 1, and 0 where there is none; or `found` is the piece that it is about: of the `text`, or of
    the message of this number (from 1), where there is one. `warns`: it may be meant, though its rule finds errors;
    `warns_in_answer`: it may in an answer, and not in what is asked.
    """

    message: str
    column: int = 0
    found: str = ""
    text: str = ""
    message_number: int = 0
    warns: bool = False
    warns_in_answer: bool = False


class Told(NamedTuple):
    """A finding before its file has a name; `number` is 0 for the file as a whole."""

    side: Side
    number: int
    rule: str
    message: str
    column: int = 0
    lines: tuple[str, ...] = ()
    warns: bool = False


class Label(Record):
    """How many lines have a label, and their numbers, where these may have to be told."""

    size: int = 0
    numbers: "array[int]" = field(default_factory=lambda: array("Q"))

    def join(self, other: "Label") -> None:
        self.size += other.size
        self.numbers += other.numbers


class Counted(Record):
    """What was found in some lines: `told` are the first findings of each rule, `rows` the lines that have one.

    `records` are the lines with a chat: a blank or a broken one is none. `warned` are the rows with warnings only.
    `digests` is what lines are grouped by and the digest's bucket -> entries of SIZE bytes: the digest (16), one to
    compare (16), the line's number (8) and its side (1).
    `gathered` is rule -> (side, label) -> how many lines, and the first of them. `unjudged` is rule -> (side, label) ->
    line number and text of what `judge` is yet to look at together.
    """

    lines: Counter[Side] = field(default_factory=Counter)
    records: Counter[Side] = field(default_factory=Counter)
    told: list[Told] = []
    rows: Counter[str] = field(default_factory=Counter)
    warned: Counter[str] = field(default_factory=Counter)
    digests: dict[tuple[str, int], bytes] = {}
    gathered: dict[str, dict[tuple[Side, tuple[str, ...]], Label]] = {}
    unjudged: dict[str, dict[tuple[Side, tuple[str, ...]], list[tuple[int, str]]]] = {}

    def add(self, other: "Counted") -> None:
        """What was found in the lines that follow. Their digests are their keeper's."""
        kept = Counter(told.rule for told in self.told)
        for told in other.told:
            kept[told.rule] += 1
            if kept[told.rule] <= MOST:
                self.told.append(told)
        self.lines.update(other.lines)
        self.records.update(other.records)
        self.rows.update(other.rows)
        self.warned.update(other.warned)
        for rule, labels in other.gathered.items():
            mine = self.gathered.setdefault(rule, {})
            for (side, label), found_here in labels.items():
                known = (side, label) in mine or len(mine) < LABELS
                mine.setdefault((side, label if known else (*label[:-1], MORE)), Label()).join(found_here)
        for rule, texts in other.unjudged.items():
            waiting = self.unjudged.setdefault(rule, {})
            for key, found_there in texts.items():
                waiting.setdefault(key, []).extend(found_there)


class Files(NamedTuple):
    """Records and bytes of each file that there is, and what the rule gathered."""

    counted: Counter[Side]
    sizes: dict[Side, int]
    gathered: dict[tuple[Side, tuple[str, ...]], Label]

    def records(self) -> Iterator[tuple[Side, int]]:
        return ((side, self.counted[side]) for side in self.sizes)
