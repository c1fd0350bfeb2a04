"""Lints files of any size: in pieces, on both cores where they are large, with bounded memory."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from finetune.buckets import Bucket, Disk, Memory, spread
from finetune.dataset.found import Counted, Told
from finetune.dataset.groups import buckets_of, check_groups, groups, is_across, pack
from finetune.dataset.line import read_line, read_lines
from finetune.dataset.lint import check_files, check_lines, judge
from finetune.dataset.rules import rule_modules, severity
from finetune.errors import printable
from finetune.files.pieces import LONGEST, Piece, pieces, size_of
from finetune.records.dataset import Side
from finetune.records.finding import DatasetFinding
from finetune.records.profile import Profile, Scope
from finetune.workers import workers

LARGE = 16 << 20
"""Bytes from which two processes are faster than one, and digests are kept on disk."""
FIRST = 20
TOGETHER = 256 << 10
"""Bytes of lines that are read and checked at once: they, and what is made of them, fit into a core's cache."""

ANY = Profile("any", "either", ("system", "messages"), (), ("role", "content"), (), ("text", "parts"), ())


class Linted(NamedTuple):
    """`rows` is rule -> lines in which it finds something, of all rules; `findings` are the first of each rule.

    `lines` are all lines, `records` those with a chat. `ignored` are the rows of the rules that were not to be told;
    `warned` those of `rows` that have warnings only.
    """

    findings: list[DatasetFinding]
    rows: dict[str, int]
    lines: dict[Side, int]
    records: dict[Side, int]
    ignored: dict[str, int]
    warned: dict[str, int]


def lint(paths: Mapping[Side, Path], scope: Scope, done: Callable[[int], None] = lambda _: None) -> Linted:
    """All that the rules find in a training file and, if there is one, a validation file.

    `done` is told of every piece how many bytes it had. FinetuneError for a file that cannot be read.
    """
    sizes = {side: size_of(path) for side, path in paths.items()}
    names: dict[Side, str] = {side: str(path) for side, path in paths.items()}
    found = Counted()
    with ExitStack() as stack:
        large = sum(sizes.values()) >= LARGE
        pool = stack.enter_context(workers(hold, scope)) if large else None
        each = pool.imap if pool else map
        hold(scope)
        kept: Disk | Memory = stack.enter_context(Disk()) if large else Memory()
        every = (piece for side, path in sorted(paths.items()) for piece in pieces(side, path))
        for size, checked in each(check_piece, every):
            kept.keep(checked.digests)
            found.add(checked)
            done(size)
        for grouped in each(partial(check_bucket, names=names), kept.all()):
            found.add(grouped)
    found.add(check_files(found, sizes, scope))
    found.told = [one for one in found.told if one.rule not in scope.ignored]
    looked_at = [rule for rule in rule_modules() if not scope.only or rule in scope.only]
    told_of = {rule: found.rows[rule] for rule in looked_at if rule not in scope.ignored}
    ignored = {rule: found.rows[rule] for rule in sorted(scope.ignored)}
    warned = {rule: found.warned[rule] for rule in told_of if severity(rule) == "error"}
    return Linted(told(found, names), told_of, dict(found.lines), dict(found.records), ignored, warned)


def is_lego(path: Path) -> bool:
    """Whether one of the first lines is a LEGO example: its user's text is a seed as JSON. One line may be spoilt."""
    size_of(path)
    with path.open("rb") as file:
        lines = iter(partial(file.readline, LONGEST), b"")
        first = list(islice((line for line in lines if line.strip()), FIRST))
    return any(read_line("training", 1, line.strip(), Scope(ANY, lego=True)).prompt for line in first)


def told(found: Counted, names: Mapping[Side, str]) -> list[DatasetFinding]:
    """The findings with the names of their files, in the order of the lines; those on a file as a whole come last."""

    def place(one: Told) -> tuple[str, float, int, str, str]:
        return one.side, one.number or float("inf"), one.column, one.rule, one.message

    return [
        DatasetFinding(
            names[one.side],
            one.number,
            one.column,
            one.rule,
            "warning" if one.warns else severity(one.rule),
            printable(one.message),
            one.lines,
        )
        for one in sorted(found.told, key=place)
    ]


HELD: list[Scope] = []
"""What each process checks against: sent once, since the answers that corrections call wrong may be many."""


def hold(scope: Scope) -> None:
    HELD[:] = [scope]


def check_piece(piece: Piece) -> tuple[int, Counted]:
    """How many bytes were checked, and what was found in them."""
    scope, found, number = HELD[0], Counted(), piece.number
    packed = buckets_of(scope.only)
    for raws in blocks(piece):
        lines = read_lines(piece.side, number, raws, scope)
        pack(lines, scope.only, packed)
        found.add(check_lines(lines, scope))
        number += len(raws)
    judge(found, scope.only)
    each = ((name, number, bucket) for name, some in packed.items() for number, bucket in enumerate(some))
    found.digests = {(name, number): bytes(bucket) for name, number, bucket in each if bucket}
    return piece.end - piece.start, found


def blocks(piece: Piece) -> Iterator[list[bytes]]:
    """The lines of a piece, so many at a time, without their ends."""
    lines, size, left = list[bytes](), 0, piece.end - piece.start
    with piece.path.open("rb", TOGETHER) as file:
        file.seek(piece.start)
        for line in file:
            lines.append(line.removesuffix(b"\n"))
            size += len(line)
            if size >= TOGETHER or size >= left:
                yield lines
                lines, size, left = [], 0, left - size
            if not left:
                return


def check_bucket(bucket: Bucket, names: Mapping[Side, str]) -> Counted:
    only = HELD[0].only
    grouped = groups(bucket.read, spread, names, is_across(bucket.digest, only))
    return check_groups(bucket.digest, grouped, only)
