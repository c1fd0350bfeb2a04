"""Reads a JSON document into its record; what is wrong is told with the seed and the LEGO that it stands in."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from finetune.errors import unusable
from finetune.files.jsonl import BOM
from finetune.files.listing import each_value
from finetune.records.located import Located

T = TypeVar("T")
TOLD = re.compile(r"(.*?)(?: - at `\$([^`]*)`)?", re.DOTALL)
"""What msgspec says is wrong, which may quote the file, and the JSON path to it."""
STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
NAMES = ("seed_id", "lego_id", "feeder_id", "id")


def read_document(path: Path, of: type[T]) -> T:
    """A file's JSON value as a record; fields that the record does not have are passed over."""
    data = path.read_bytes().removeprefix(BOM)
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        at = re.search(r" \(byte (\d+)\)", str(error))
        line = data.count(b"\n", 0, int(at[1])) + 1 if at else 1
        raise unusable(f"{path}:{line}", f"not JSON ({error})", "mend the file, or make it again") from None
    try:
        return msgspec.convert(value, of)
    except msgspec.ValidationError as error:
        told = TOLD.fullmatch(str(error))
        assert told
        where = ": ".join([str(path), *names(value, told[2] or "")])
        raise unusable(where, told[1], "write it as the format asks") from None


def each_in_list(path: Path, of: type[T], noun: str) -> Iterator[Located[T]]:
    """A file's JSON list as records, each with its place: `file: task 12` by its id, `file: task number 2` without."""
    for number, value in enumerate(each_value(path), start=1):
        own = value.get("id") if isinstance(value, dict) else None
        where = f"{path}: {noun} {own if isinstance(own, int | str) else f'number {number}'}"
        try:
            record = msgspec.convert(value, of)
        except msgspec.ValidationError as error:
            raise unusable(where, str(error), f"see what a {noun} is made of in SKILL.md") from None
        yield Located(where, record)


def names(value: Any, pointer: str) -> list[str]:
    """What a JSON path leads to, by the ids on the way: `.seeds[2].legos[0].type` -> S0003, S0003L01, type."""
    found: list[str] = []
    for key, index in STEP.findall(pointer):
        value = value[key] if key else value[int(index)]
        if key:
            found.append(key)
        else:
            ids = [value[name] for name in NAMES if name in value] if isinstance(value, dict) else []
            found[-1:] = [str(ids[0]) if ids else f"{''.join(found[-1:])}[{index}]"]
    return found
