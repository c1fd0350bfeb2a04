"""Runs the dataset rules: each module of finetune/dataset/rules is one; the file's name is the rule's id.

A rule looks at one line (`check`), at lines that share a digest (`DIGEST` and `check_group`), or at what was counted in
whole files (`check_files`, after `gather`). So files of any size pass through in pieces, on any number of processes.
"""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from struct import Struct
from types import ModuleType
from typing import Literal, NamedTuple

from finetune.dataset import rules
from finetune.records.dataset import Line, Side
from finetune.records.profile import Scope

MOST = 1_000
"""Findings of a rule that are told one by one; the rest is counted."""


Digest = Callable[[Line], Iterator[tuple[bytes, bytes]]]
"""What a line is grouped by, and what is compared in the group: 16 bytes each."""
BUCKETS = 32
PLACE = Struct("<Q?")
SIZE = 32 + PLACE.size


class Problem(NamedTuple):
    """What a rule says of a line; `column` is 0 where there is none."""

    message: str
    column: int = 0


class Entry(NamedTuple):
    """A line in a group: where it stands, and its digest to compare."""

    side: Side
    number: int
    value: bytes
    where: str


class Told(NamedTuple):
    """A finding before its file has a name; `number` is 0 for the file as a whole."""

    side: Side
    number: int
    rule: str
    message: str
    column: int = 0
    lines: tuple[str, ...] = ()


@dataclass
class Counted:
    """What was found in some lines: `told` are the first findings of each rule, `rows` the lines that have one.

    `digests` is what lines are grouped by and the digest's bucket -> entries of SIZE bytes: the digest (16), one to
    compare (16), the line's number (8) and its side (1).
    `gathered` is rule -> (side, label) -> how many lines, and the first of them.
    """

    lines: Counter[Side] = field(default_factory=Counter)
    told: list[Told] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    digests: dict[tuple[str, int], bytearray] = field(default_factory=dict)
    gathered: dict[str, dict[tuple[Side, tuple[str, ...]], "Label"]] = field(default_factory=dict)

    def add(self, other: "Counted") -> None:
        """What was found in the lines that follow."""
        kept = Counter(told.rule for told in self.told)
        for told in other.told:
            kept[told.rule] += 1
            if kept[told.rule] <= MOST:
                self.told.append(told)
        self.lines.update(other.lines)
        self.rows.update(other.rows)
        for name, found in other.digests.items():
            self.digests.setdefault(name, bytearray()).extend(found)
        for rule, labels in other.gathered.items():
            mine = self.gathered.setdefault(rule, {})
            for label, found_here in labels.items():
                mine.setdefault(label, Label()).add(found_here)


@dataclass
class Label:
    """How many lines have a label, and the numbers of the first."""

    size: int = 0
    numbers: list[int] = field(default_factory=list)

    def add(self, other: "Label") -> None:
        self.size += other.size
        self.numbers += other.numbers[: MOST - len(self.numbers)]


@cache
def rule_modules() -> dict[str, ModuleType]:
    """Rule id in kebab case -> its module, sorted."""
    names = sorted(info.name for info in pkgutil.iter_modules(rules.__path__))
    return {name.replace("_", "-"): importlib.import_module(f"{rules.__name__}.{name}") for name in names}


@cache
def rules_with(function: str) -> tuple[tuple[str, ModuleType], ...]:
    return tuple((rule, module) for rule, module in rule_modules().items() if hasattr(module, function))


def severity(rule: str) -> Literal["error", "warning"]:
    """error, or warning where the rule says so."""
    return getattr(rule_modules()[rule], "SEVERITY", "error")


def check_lines(lines: Sequence[Line], scope: Scope) -> Counted:
    """What is found in these lines of one file, and what is to be put together with that of others."""
    found, said = Counted(), "\n".join({text: None for line in lines for text in line.texts})
    found.lines.update(Counter(line.side for line in lines))
    for rule, module in rules_with("check"):
        for line in hinted(lines, said, getattr(module, "HINTS", ())):
            problems = list(module.check(line, scope))
            found.rows[rule] += bool(problems)
            found.told += [Told(line.side, line.number, rule, one.message, one.column) for one in problems]
    for name, function in digests_of_rules().items():
        for line in lines:
            for digest, value in function(line):
                kept = found.digests.setdefault((name, digest[0] // (256 // BUCKETS)), bytearray())
                kept += digest + value + PLACE.pack(line.number, line.side == "validation")
    for rule, module in rules_with("gather"):
        labels = found.gathered.setdefault(rule, {})
        for line in lines:
            for label in module.gather(line):
                labels.setdefault((line.side, label), Label()).add(Label(1, [line.number]))
    return found


def hinted(lines: Sequence[Line], said: str, hints: Sequence[str]) -> Iterable[Line]:
    """The lines in which a rule can find anything: all, or those whose texts have one of its hints.

    `said` is every text of the lines: a hint that is nowhere in it is looked for in no line.
    """
    there = [hint for hint in hints if hint in said]
    if not there:
        return () if hints else lines
    return [line for line in lines if any(hint in text for text in line.texts for hint in there)]


@cache
def digests_of_rules() -> dict[str, "Digest"]:
    """The digests that rules group lines by, each once."""
    return {module.DIGEST.__name__: module.DIGEST for _, module in rules_with("check_group")}


def groups(entries: bytes | bytearray, names: Mapping[Side, str]) -> Iterator[list[Entry]]:
    """The entries of a bucket that share their digest with another, in the order of their lines, training first."""
    starts = range(0, len(entries), SIZE)
    seen: set[bytes] = set()
    shared: dict[bytes, list[Entry]] = {}
    for start in starts:
        digest = bytes(entries[start : start + 16])
        if digest in seen:
            shared.setdefault(digest, [])
        seen.add(digest)
    for start in starts if shared else ():
        if (group := shared.get(bytes(entries[start : start + 16]))) is not None:
            number, other = PLACE.unpack_from(entries, start + 32)
            side: Side = "validation" if other else "training"
            group.append(Entry(side, number, bytes(entries[start + 16 : start + 32]), f"{names[side]}:{number}"))
    for group in shared.values():
        yield sorted(group, key=lambda entry: (entry.side, entry.number))


def check_groups(digest: str, groups: Iterable[Sequence[Entry]]) -> Counted:
    """What the rules of a digest find in groups of two lines or more, each in the order of its lines."""
    found = Counted()
    for group in groups:
        for rule, module in rules_with("check_group"):
            if module.DIGEST.__name__ == digest:
                add_told(found, rule, module.check_group(group))
    return found


def add_told(found: Counted, rule: str, problems: Iterable[tuple[Entry, str, Sequence[Entry]]]) -> None:
    rows = set()
    for entry, message, involved in problems:
        rows.add((entry.side, entry.number))
        if found.rows[rule] + len(rows) <= MOST:
            lines = tuple(other.where for other in involved[:MOST])
            found.told.append(Told(entry.side, entry.number, rule, message, 0, lines))
    found.rows[rule] += len(rows)


def check_files(found: Counted, sizes: dict[Side, int], scope: Scope) -> Counted:
    """What rules find in files as a whole: `sizes` are those of the files that there are, in bytes."""
    whole = Counted()
    for rule, module in rules_with("check_files"):
        rows = set()
        for told in module.check_files(Files(found.lines, sizes, found.gathered.get(rule, {})), scope):
            rows.add((told[0], told[1]))
            whole.told.append(Told(told[0], told[1], rule, told[2]))
        whole.rows[rule] += len(rows)
    return whole


class Files(NamedTuple):
    """Lines and bytes of each file that there is, and what the rule gathered."""

    lines: Counter[Side]
    sizes: dict[Side, int]
    gathered: dict[tuple[Side, tuple[str, ...]], Label]

    def records(self) -> Iterator[tuple[Side, int]]:
        return ((side, self.lines[side]) for side in self.sizes)
