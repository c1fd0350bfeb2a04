"""JSON Lines, read into typed records with the line that each came from."""

from pathlib import Path
from typing import TypeVar

import jsonlines
import msgspec

from finetune.errors import unusable
from finetune.records.located import Located

T = TypeVar("T")


def read_records(path: Path, of: type[T]) -> list[Located[T]]:
    """Every line of a file as a record; a line that is none is an error with its place. So is a blank line."""
    records: list[Located[T]] = []
    try:
        with path.open("rb") as file:
            for number, value in enumerate(jsonlines.Reader(file, loads=decode), start=1):
                where = f"{path}:{number}"
                try:
                    records.append(Located(where, msgspec.convert(value, of)))
                except msgspec.ValidationError as error:
                    raise unusable(where, str(error), f"a line here is one {of.__name__}") from None
    except jsonlines.InvalidLineError as error:
        where, cause = f"{path}:{error.lineno}", error.__cause__
        if isinstance(cause, UnicodeDecodeError):
            raise unusable(where, f"not UTF-8 (byte {cause.start + 1})", "save it as UTF-8") from None
        raise unusable(where, f"not a line of JSON ({first_line(error)})", "mend the line") from None
    except FileNotFoundError:
        raise unusable(str(path), "no such file", "check the path") from None
    except IsADirectoryError:
        raise unusable(str(path), "a folder, not a file", "name a .jsonl file") from None
    return records


def decode(text: str | bytes) -> object:
    """A JSON value as strict readers take it: no NaN, no half surrogate pair; ValueError where it is none."""
    try:
        return msgspec.json.decode(text)
    except RecursionError as error:
        raise ValueError(str(error)) from None


def first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def dump(value: object) -> str:
    """One record as one line, with its keys in the order of the record."""
    return str(msgspec.json.encode(value), "utf-8") + "\n"
