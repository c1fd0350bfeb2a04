"""Lints files of any size: in pieces, on both cores where they are large, with bounded memory."""

import json
import multiprocessing
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from finetune.buckets import Bucket, Disk, Memory
from finetune.dataset.found import Counted, Told
from finetune.dataset.groups import check_groups, groups
from finetune.dataset.line import read_line, read_lines
from finetune.dataset.lint import check_files, check_lines
from finetune.dataset.rules import rule_modules, severity
from finetune.errors import unusable
from finetune.records.dataset import Side
from finetune.records.finding import DatasetFinding
from finetune.records.profile import Profile, Scope

PIECE = 4 << 20
"""Bytes that are read and checked at once."""
LARGE = 16 << 20
"""Bytes from which two processes are faster than one, and digests are kept on disk."""
PROCESSES = 2
FIRST = 20
PACKED = (
    (b"\x1f\x8b", "a gzip file, not text", "unpack it first (gunzip)"),
    (b"PK\x03\x04", "a zip file, not text", "unpack it first (unzip)"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file, not text", "unpack it first (unzstd)"),
    (b"\xff\xfe", "UTF-16, not UTF-8", "save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
    (b"\xfe\xff", "UTF-16, not UTF-8", "save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
    (b"PAR1", "a Parquet file, not text", "write it as JSON Lines first"),
)
"""How files begin that are no lines of text, what they are, and what would be right."""


ANY = Profile("any", "either", ("system", "messages"), (), ("role", "content"), (), ("text", "parts"), ())


class Piece(NamedTuple):
    """Whole lines of a file: bytes from `start` to `end`, the first of them the line `number`."""

    side: Side
    path: Path
    start: int
    end: int
    number: int


class Linted(NamedTuple):
    """`rows` is rule -> lines in which it finds something, of all rules; `findings` are the first of each rule.

    `ignored` are the same rows of the rules that were not to be told.
    """

    findings: list[DatasetFinding]
    rows: dict[str, int]
    lines: dict[Side, int]
    ignored: dict[str, int]


def lint(paths: Mapping[Side, Path], scope: Scope, done: Callable[[int], None] = lambda _: None) -> Linted:
    """All that the rules find in a training file and, if there is one, a validation file.

    `done` is told of every piece how many bytes it had. FinetuneError for a file that cannot be read.
    """
    sizes = {side: size_of(path) for side, path in paths.items()}
    names: dict[Side, str] = {side: str(path) for side, path in paths.items()}
    found = Counted()
    with ExitStack() as stack:
        large = sum(sizes.values()) >= LARGE
        spawn = multiprocessing.get_context("spawn")
        pool = stack.enter_context(spawn.Pool(PROCESSES, hold, [scope])) if large else None
        each = pool.imap if pool else map
        hold(scope)
        kept: Disk | Memory = stack.enter_context(Disk()) if large else Memory()
        every = (piece for side, path in paths.items() for piece in pieces(side, path))
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
    return Linted(told(found, names), told_of, dict(found.lines), ignored)


def is_lego(path: Path) -> bool:
    """Whether one of the first lines is a LEGO example: its user's text is a seed as JSON. One line may be spoilt."""
    size_of(path)
    with path.open("rb") as file:
        first = list(islice((line for line in file if line.strip()), FIRST))
    return any(read_line("training", 1, line.strip(), Scope(ANY, lego=True)).prompt for line in first)


def told(found: Counted, names: Mapping[Side, str]) -> list[DatasetFinding]:
    """The findings with the names of their files, in the order of the lines; those on a file as a whole come last."""

    def place(one: Told) -> tuple[str, float, int, str, str]:
        return one.side, one.number or float("inf"), one.column, one.rule, one.message

    return [
        DatasetFinding(
            names[one.side], one.number, one.column, one.rule, severity(one.rule), printable(one.message), one.lines
        )
        for one in sorted(found.told, key=place)
    ]


def printable(text: str) -> str:
    """The text with what is no visible character as an escape: it is one line, can be written, and moves no cursor."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def size_of(path: Path) -> int:
    """A file's bytes. FinetuneError for what is no file, or none of lines of text."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            if path.is_dir():
                raise unusable(str(path), "a folder, not a file", "name a .jsonl file")
            raise unusable(str(path), "no plain file, and it is read twice", "write what it gives into a file first")
        with path.open("rb") as file:
            first = file.read(64)
        if first.lstrip()[:2] in (b"[", b"[{", b"[\n", b"[\r", b"{", b"{\n", b"{\r") and is_one_value(path):
            raise unusable(str(path), "one JSON value, not a line for each", "write an object a line (jq -c '.[]')")
        for mark, what, right in PACKED:
            if first.startswith(mark):
                raise unusable(str(path), what, right)
        return path.stat().st_size
    except FileNotFoundError:
        raise unusable(str(path), "no such file", "check the path (of our own files: `dvc repro prepare`)") from None
    except PermissionError:
        raise unusable(str(path), "it may not be read", "check its permissions") from None


def is_one_value(path: Path) -> bool:
    """Whether a file of several lines is JSON as a whole."""
    data = path.read_bytes() if path.stat().st_size < LARGE else b""
    try:
        return data.strip().count(b"\n") > 0 and bool(json.loads(data))
    except (ValueError, RecursionError):
        return False


def pieces(side: Side, path: Path) -> Iterator[Piece]:
    """A file cut at line ends, in pieces of some PIECE bytes."""
    start, number = 0, 1
    with path.open("rb") as file:
        while data := file.read(PIECE):
            if not data.endswith(b"\n"):
                data += file.readline()
            yield Piece(side, path, start, start + len(data), number)
            start += len(data)
            number += data.count(b"\n")


HELD: list[Scope] = []
"""What each process checks against: sent once, since the answers that corrections call wrong may be many."""


def hold(scope: Scope) -> None:
    HELD[:] = [scope]


def check_piece(piece: Piece) -> tuple[int, Counted]:
    """How many bytes were checked, and what was found in them."""
    with piece.path.open("rb") as file:
        file.seek(piece.start)
        data = file.read(piece.end - piece.start)
    raws = data.removesuffix(b"\n").split(b"\n")
    return len(data), check_lines(read_lines(piece.side, piece.number, raws, HELD[0]), HELD[0])


def check_bucket(bucket: Bucket, names: Mapping[Side, str]) -> Counted:
    return check_groups(bucket.digest, groups(bucket.read(), names), HELD[0].only)
