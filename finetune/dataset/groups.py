"""Lines that share a digest: packed into buckets, found again, and shown to the rules that look at groups."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import compress
from struct import Struct

from finetune.dataset.digests import Digest
from finetune.dataset.entries import HELD, Entries, Entry, Group, Involving
from finetune.dataset.found import MOST, PLACE, SIZE, Counted, Told
from finetune.dataset.rules import rules_with
from finetune.records.dataset import Line, Side

BUCKETS = 32
DIGESTS = Struct(f"16s{SIZE - 16}x")
OTHER = bytes([1, 0]) + bytes(254)
MARKS: dict[Side, int] = {"training": 0, "validation": 1}
Packed = dict[str, list[bytearray]]
"""What lines are grouped by -> the entries of each bucket."""
Read = Callable[[], Iterable[bytes]]
Spread = Callable[[Iterable[tuple[int, bytes]], int], Iterator[Iterable[bytes]]]
"""What takes pieces of SIZE bytes, each with its part, keeps them elsewhere than in memory, and gives part by part."""


@cache
def digests_of_rules(only: frozenset[str]) -> dict[str, Digest]:
    """The digests that rules group lines by, each once."""
    return {module.DIGEST.__name__: module.DIGEST for _, module in rules_with("check_group", only)}


def buckets_of(only: frozenset[str]) -> Packed:
    """Empty buckets for what the rules group lines by."""
    return {name: [bytearray() for _ in range(BUCKETS)] for name in digests_of_rules(only)}


def pack(lines: Sequence[Line], only: frozenset[str], packed: Packed) -> None:
    """Add to the buckets what the lines are grouped by."""
    places = [PLACE.pack(line.number, line.side == "validation") for line in lines]
    for name, function in digests_of_rules(only).items():
        buckets = packed[name]
        for line, place in zip(lines, places, strict=True):
            for digest, value in function(line):
                buckets[digest[0] % BUCKETS] += digest + value + place


def groups(read: Read, spread: Spread, names: Mapping[Side, str], across: bool = False) -> Iterator[Group]:
    """The entries of a bucket that share their digest with another, in the order of their lines.

    `read` goes through the bucket's entries, packed, many at a time. `across`: only with one of the other side.
    """
    sizes = Counter(digest for digest, _ in shared(read, repeated(read, across)))
    few: dict[bytes, list[Entry]] = {digest: [] for digest, size in sizes.items() if size <= HELD}
    for digest, packed in shared(read, few):
        few[digest].append(entry_of(packed, names))
    for entries in few.values():
        sides: dict[Side, list[Entry]] = {"training": [], "validation": []}
        for entry in sorted(entries, key=lambda entry: entry.number):
            sides[entry.side].append(entry)
        yield Group(*(Entries(partial(iter, of_side), len(of_side)) for of_side in sides.values()))
    for digest in (digest for digest in sizes if digest not in few):
        yield many(partial(shared, read, {digest}), spread, names)


def many(each: Callable[[], Iterator[tuple[bytes, bytes]]], spread: Spread, names: Mapping[Side, str]) -> Group:
    """A group of more entries than are to be in memory: they are read whenever they are looked at."""

    def packed(mark: int) -> Iterator[bytes]:
        return (entry for _, entry in each() if entry[-1] == mark)

    def of_side(mark: int) -> Iterator[Entry]:
        return (entry_of(entry, names) for entry in packed(mark))

    def in_parts(mark: int, parts: int) -> Iterator[Iterable[Entry]]:
        placed = ((int.from_bytes(entry[16:20], "big") % parts, entry) for entry in packed(mark))
        return ((entry_of(entry, names) for entry in part) for part in spread(placed, parts))

    sizes = Counter(entry[-1] for _, entry in each())
    return Group(*(Entries(partial(of_side, mark), sizes[mark], partial(in_parts, mark)) for mark in MARKS.values()))


def shared(read: Read, wanted: Collection[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The digest and the entry, packed, of each entry with one of these digests."""
    for entries in read() if wanted else ():
        for number, (digest,) in enumerate(DIGESTS.iter_unpack(entries)):
            if digest in wanted:
                yield digest, entries[number * SIZE : (number + 1) * SIZE]


def entry_of(packed: bytes, names: Mapping[Side, str]) -> Entry:
    number, other = PLACE.unpack_from(packed, 32)
    side: Side = "validation" if other else "training"
    return Entry(side, number, packed[16:32], names[side])


def repeated(read: Read, across: bool) -> set[bytes]:
    """The digests that stand here twice, or on both sides."""
    if across:
        on: tuple[set[bytes], set[bytes]] = set(), set()
        for entries in read():
            digests = [digest for (digest,) in DIGESTS.iter_unpack(entries)]
            sides = entries[SIZE - 1 :: SIZE]
            on[0].update(compress(digests, sides.translate(OTHER)))
            on[1].update(compress(digests, sides))
        return on[0] & on[1]
    seen: set[bytes] = set()
    twice: set[bytes] = set()
    for entries in read():
        digests = [digest for (digest,) in DIGESTS.iter_unpack(entries)]
        here = set(digests)
        if len(here) < len(digests):  # seldom, and to count takes longer
            twice |= {digest for digest, times in Counter(digests).items() if times > 1}
        twice |= seen & here
        seen |= here
    return twice


def is_across(digest: str, only: frozenset[str]) -> bool:
    """Whether each of the digest's rules looks at lines of both sides."""
    rules = (module for _, module in rules_with("check_group", only) if module.DIGEST.__name__ == digest)
    return all(getattr(module, "ACROSS", False) for module in rules)


def check_groups(digest: str, groups: Iterable[Group], only: frozenset[str]) -> Counted:
    """What the rules of a digest find in groups of two lines or more."""
    found = Counted()
    for group in groups:
        for rule, module in rules_with("check_group", only):
            if module.DIGEST.__name__ == digest:
                add_told(found, rule, module.check_group(group))
    return found


def add_told(found: Counted, rule: str, problems: Iterable[Involving]) -> None:
    """Add what a rule says of the lines of a group, of each of them once."""
    last: tuple[Side, int] | None = None
    for entry, message, involved in problems:
        if (entry.side, entry.number) == last:  # a line that says the same twice
            continue
        last = entry.side, entry.number
        found.rows[rule] += 1
        if found.rows[rule] <= MOST:
            lines = tuple(other.where for other in involved)
            found.told.append(Told(entry.side, entry.number, rule, message, 0, lines))
