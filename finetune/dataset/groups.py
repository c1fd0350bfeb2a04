"""Lines that share a digest: packed into buckets, found again, and shown to the rules that look at groups."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import compress
from struct import Struct

from finetune.dataset.digests import Digest
from finetune.dataset.found import INVOLVED, MOST, PLACE, SIZE, Counted, Entry, Told
from finetune.dataset.rules import rules_with
from finetune.records.dataset import Line, Side

BUCKETS = 32
DIGESTS = Struct(f"16s{SIZE - 16}x")
OTHER = bytes([1, 0]) + bytes(254)


@cache
def digests_of_rules(only: frozenset[str]) -> dict[str, Digest]:
    """The digests that rules group lines by, each once."""
    return {module.DIGEST.__name__: module.DIGEST for _, module in rules_with("check_group", only)}


def pack(lines: Sequence[Line], only: frozenset[str]) -> dict[tuple[str, int], bytes]:
    """What the lines are grouped by and the digest's bucket -> their entries."""
    found: dict[tuple[str, int], bytes] = {}
    places = [PLACE.pack(line.number, line.side == "validation") for line in lines]
    for name, function in digests_of_rules(only).items():
        buckets = [bytearray() for _ in range(BUCKETS)]
        for line, place in zip(lines, places, strict=True):
            for digest, value in function(line):
                buckets[digest[0] % BUCKETS] += digest + value + place
        found.update({(name, number): bytes(bucket) for number, bucket in enumerate(buckets) if bucket})
    return found


def groups(entries: bytes, names: Mapping[Side, str], across: bool = False) -> Iterator[list[Entry]]:
    """The entries of a bucket that share their digest with another, in the order of their lines, training first.

    `across`: only with another of the other side.
    """
    digests = [digest for (digest,) in DIGESTS.iter_unpack(entries)]
    shared: dict[bytes, list[Entry]] = {digest: [] for digest in repeated(digests, entries[SIZE - 1 :: SIZE], across)}
    for number, digest in enumerate(digests) if shared else ():
        if (group := shared.get(digest)) is not None:
            start = number * SIZE
            line, other = PLACE.unpack_from(entries, start + 32)
            side: Side = "validation" if other else "training"
            group.append(Entry(side, line, entries[start + 16 : start + 32], f"{names[side]}:{line}"))
    for group in shared.values():
        yield sorted(group, key=lambda entry: (entry.side, entry.number))


def repeated(digests: Sequence[bytes], sides: bytes, across: bool) -> set[bytes]:
    """The digests that stand here twice, or on both `sides`: 1 for each of the validation side, 0 for the others."""
    if across:
        return {*compress(digests, sides)} & {*compress(digests, sides.translate(OTHER))}
    if len(set(digests)) == len(digests):  # mostly; to count takes longer
        return set()
    return {digest for digest, times in Counter(digests).items() if times > 1}


def is_across(digest: str, only: frozenset[str]) -> bool:
    """Whether each of the digest's rules looks at lines of both sides."""
    rules = (module for _, module in rules_with("check_group", only) if module.DIGEST.__name__ == digest)
    return all(getattr(module, "ACROSS", False) for module in rules)


def check_groups(digest: str, groups: Iterable[Sequence[Entry]], only: frozenset[str]) -> Counted:
    """What the rules of a digest find in groups of two lines or more, each in the order of its lines."""
    found = Counted()
    for group in groups:
        for rule, module in rules_with("check_group", only):
            if module.DIGEST.__name__ == digest:
                add_told(found, rule, module.check_group(group))
    return found


def add_told(found: Counted, rule: str, problems: Iterable[tuple[Entry, str, Sequence[Entry]]]) -> None:
    rows = set()
    for entry, message, involved in problems:
        rows.add((entry.side, entry.number))
        if found.rows[rule] + len(rows) <= MOST:
            lines = tuple(other.where for other in involved[:INVOLVED])
            found.told.append(Told(entry.side, entry.number, rule, message, 0, lines))
    found.rows[rule] += len(rows)
