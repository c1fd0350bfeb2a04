"""Files of lines, cut into pieces; and what is no file of lines, refused as what it is."""

import json
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from finetune.errors import FinetuneError, unusable
from finetune.records.dataset import BOM, Side

PIECE = 4 << 20
"""Bytes that are read and checked at once."""
LONGEST = 32 << 20
"""Bytes of a line, about: it may have images in it."""
WHOLE = 16 << 20
"""Bytes of a file up to which it is looked at whether it is one JSON value over several lines."""
PACKED = (
    (b"\x1f\x8b", "a gzip file, not text", "unpack it first (gunzip)"),
    (b"PK\x03\x04", "a zip file, not text", "unpack it first (unzip)"),
    (b"BZh", "a bzip2 file, not text", "unpack it first (bunzip2)"),
    (b"\xfd7zXZ\x00", "an xz file, not text", "unpack it first (unxz)"),
    (b"7z\xbc\xaf", "a 7-Zip file, not text", "unpack it first (7z x)"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file, not text", "unpack it first (unzstd)"),
    (b"\xff\xfe\x00\x00", "UTF-32, not UTF-8", "save it as UTF-8 (iconv -f UTF-32 -t UTF-8)"),
    (b"\x00\x00\xfe\xff", "UTF-32, not UTF-8", "save it as UTF-8 (iconv -f UTF-32 -t UTF-8)"),
    (b"\xff\xfe", "UTF-16, not UTF-8", "save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
    (b"\xfe\xff", "UTF-16, not UTF-8", "save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
    (b"{\x00", "UTF-16, not UTF-8", "save it as UTF-8 (iconv -f UTF-16LE -t UTF-8)"),
    (b"\x00{", "UTF-16, not UTF-8", "save it as UTF-8 (iconv -f UTF-16BE -t UTF-8)"),
    (b"PAR1", "a Parquet file, not text", "write it as JSON Lines first"),
)
"""How files begin that are no lines of text, what they are, and what would be right."""


class Piece(NamedTuple):
    """Whole lines of a file: bytes from `start` to `end`, the first of them the line `number`."""

    side: Side
    path: Path
    start: int
    end: int
    number: int


def size_of(path: Path) -> int:
    """A file's bytes. FinetuneError for what is no file, or none of lines of text."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            if path.is_dir():
                raise unusable(str(path), "a folder, not a file", "name a .jsonl file")
            raise unusable(str(path), "no plain file, and it is read twice", "write what it gives into a file first")
        with path.open("rb") as file:
            first = file.read(64)
        begins = first.removeprefix(BOM).lstrip()
        if begins[:2] in (b"[", b"[{", b"[\n", b"[\r", b"{", b"{\n", b"{\r") and is_one_value(path):
            right = "jq -c '.[]'" if begins.startswith(b"[") else "jq -c ."
            raise unusable(str(path), "one JSON value, not a line for each", f"write an object a line ({right})")
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
    data = path.read_bytes() if path.stat().st_size < WHOLE else b""
    try:
        return data.strip().count(b"\n") > 0 and json.loads(data) is not None
    except (ValueError, RecursionError):
        return False


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, without their ends."""
    with path.open("rb") as file:
        for number, line in enumerate(iter(partial(file.readline, LONGEST), b""), start=1):
            if len(line) == LONGEST and not line.endswith(b"\n") and file.read(1):
                raise too_long(path, number)
            yield line.removesuffix(b"\n")


def too_long(path: Path, number: int) -> FinetuneError:
    what, right = f"a line of over {LONGEST >> 20} MB", "write an object a line (of a JSON array: jq -c '.[]')"
    return unusable(f"{path}:{number}", what, right)


def pieces(side: Side, path: Path) -> Iterator[Piece]:
    """A file cut at line ends, in pieces of some PIECE bytes."""
    start, number = 0, 1
    with path.open("rb") as file:
        while data := file.read(PIECE):
            rest = b"" if data.endswith(b"\n") else file.readline(LONGEST)
            lines = data.count(b"\n") + rest.count(b"\n")
            if len(rest) == LONGEST and not rest.endswith(b"\n") and file.read(1):
                raise too_long(path, number + lines)
            end = start + len(data) + len(rest)
            yield Piece(side, path, start, end, number)
            start, number = end, number + lines
