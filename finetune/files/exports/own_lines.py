"""Corrections of this project (`*.jsonl`, a correction per line)."""

from collections.abc import Iterator
from pathlib import Path

from finetune.files.exported import first_record
from finetune.files.jsonl import each_record
from finetune.records.course import Correction
from finetune.records.located import Located


def reads(path: Path) -> bool:
    """Also where the first line is broken, or has too little: reading it tells what is wrong, with the line."""
    if path.suffix != ".jsonl":
        return False
    keys = set(first_record(path))
    return {"before", "after"} <= keys or keys <= set(Correction.__struct_fields__)


def each(path: Path) -> Iterator[Located[Correction]]:
    """Nothing is left out: whoever writes a line means it."""
    return each_record(path, Correction)
