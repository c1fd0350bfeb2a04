"""JSON Lines, read into typed records with the line that each came from."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from finetune.errors import FinetuneError, unusable
from finetune.files.pieces import LONGEST, too_long
from finetune.records.located import Located

T = TypeVar("T")
BOM = b"\xef\xbb\xbf"
TOGETHER = 1 << 16
"""Bytes of lines that are decoded at once, and the rest of the last line."""
ENCODER = msgspec.json.Encoder()


class Block(NamedTuple):
    """Whole lines: the number of the first, where it begins in the file, and all of them."""

    number: int
    start: int
    data: bytes


def read_records(path: Path, of: type[T]) -> list[Located[T]]:
    """Every line of a file as a record; a line that is none is an error with its place. So is a blank line."""
    return list(each_record(path, of))


def each_record(path: Path, of: type[T]) -> Iterator[Located[T]]:
    """The same one by one: no more of the file is in memory than some lines."""
    for number, values, _ in each_block(path, of, TOGETHER):
        for at, value in enumerate(values, start=number):
            yield Located(f"{path}:{at}", value)


def each_block(
    path: Path, of: type[T], size: int, keys: Callable[[Sequence[T]], int] | None = None
) -> Iterator[tuple[int, list[T], bytes]]:
    """A file's records, some `size` bytes of whole lines at a time, each with the number of the first line, and them.

    All are read at once, and by themselves where that fails. `keys` says how many keys such records have in JSON, where
    that is faster than to write them.
    """
    for number, _, data in blocks(path, size):
        values = read_together(data, of, keys)
        yield number, values if values is not None else read_apart(path, number, data, of), data


def blocks(path: Path, size: int) -> Iterator[Block]:
    """A file's lines, some `size` bytes of whole lines at a time."""
    try:
        with path.open("rb") as file:
            number, start = 1, 0
            while data := file.read(size):
                data += b"" if data.endswith(b"\n") else file.readline(LONGEST)
                if len(data) >= LONGEST and not data.endswith(b"\n") and file.read(1):
                    raise too_long(path, number + data.count(b"\n"))
                end = start + len(data)
                data = data if number > 1 else data.removeprefix(BOM)
                yield Block(number, end - len(data), data)
                number, start = number + data.count(b"\n"), end
    except FileNotFoundError:
        raise unusable(str(path), "no such file", "check the path") from None
    except IsADirectoryError:
        raise unusable(str(path), "a folder, not a file", "name a .jsonl file") from None


def read_apart(path: Path, number: int, data: bytes, of: type[T]) -> list[T]:
    """The records of lines, each by itself: so what is wrong is told with its place."""
    lines = data.removesuffix(b"\n").split(b"\n")
    return [read_record(f"{path}:{at}", line, of).value for at, line in enumerate(lines, start=number)]


def read_together(data: bytes, of: type[T], keys: Callable[[Sequence[T]], int] | None = None) -> list[T] | None:
    """The records of lines, each an object that has no key twice; None where one of them is not."""
    record: Any = of
    try:
        values: list[T] = decoder(record).decode_lines(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not is_one_a_line(data, len(values)):
        return None
    if (keys and has_just(data, keys(values))) or not has_more_keys(data, values):
        return values
    return None


def read_record(where: str, line: bytes, of: type[T]) -> Located[T]:
    """One line as a record."""
    record: Any = of
    try:
        value: T = decoder(record).decode(line)
    except msgspec.ValidationError as error:
        raise unusable(where, str(error), f"a line here is one {named(of)}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise no_json(where, line, error) from None
    if has_more_keys(line, [value]):
        refuse_twice(where, line)
    return Located(where, value)


def is_one_a_line(data: bytes, objects: int) -> bool:
    """Whether each line is one of so many objects: a decoder skips blank lines, and takes two objects in one."""
    ends = data.count(b"\n") + (not data.endswith(b"\n"))
    return ends == objects == data.count(b"}\n{") + 1


def has_just(data: bytes, keys: int) -> bool:
    """Whether JSON has certainly no more keys than so many: as few colons, or those of its texts are told apart."""
    if data.count(b":") == keys:
        return True
    return data.count(b'":') == keys and not any(colon in data for colon in (b" :", b"\t:", b"\r:"))


def has_more_keys(data: bytes, values: Sequence[object]) -> bool:
    """Whether JSON may have a key twice, of which a decoder takes the last: it has other colons than the values."""
    return data.count(b":") != ENCODER.encode_lines(values).count(b":")


def refuse_twice(where: str, line: bytes) -> None:
    """FinetuneError where a key stands twice in one object."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise unusable(where, f"the key {twice!r} stands twice in one object", "keep the right one")
        return found

    with suppress(ValueError, RecursionError):
        json.loads(line, object_pairs_hook=once)


def no_json(where: str, line: bytes, error: Exception) -> FinetuneError:
    """What is wrong with a line that no strict reader takes."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return unusable(where, f"not UTF-8 (byte {wrong.start + 1})", "save it as UTF-8")
    if not line.strip():
        return unusable(where, "the line is blank", "take it out")
    return unusable(where, f"not a line of JSON ({str(error).splitlines()[0]})", "mend the line")


@cache
def decoder(of: Any) -> Any:
    """A decoder is slow to make."""
    return msgspec.json.Decoder(of)


def named(of: type) -> str:
    return getattr(of, "__name__", str(of))


def dump(value: object) -> str:
    """One record as one line, with its keys in the order of the record."""
    return str(msgspec.json.encode(value), "utf-8") + "\n"
