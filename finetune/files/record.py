"""Reads one JSON file into its record."""

from pathlib import Path
from typing import TypeVar

import msgspec

from finetune.errors import unusable

T = TypeVar("T")


def read_record(path: Path, of: type[T], way_on: str) -> T:
    """The file's record; `way_on` is what a person does about a file that is missing or broken."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=of)
    except FileNotFoundError:
        raise unusable(str(path), "no such file", way_on) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unusable(str(path), f"not a {of.__name__.lower()} ({error})", way_on) from None
