"""Reads the corrections: append-only files, a correction per line."""

from datetime import datetime
from pathlib import Path

from finetune.errors import unusable
from finetune.files.jsonl import read_records
from finetune.records.course import Correction
from finetune.records.located import Located


def read_corrections(folder: Path) -> list[Located[Correction]]:
    """Every line of every `*.jsonl` of a folder, oldest first; those of one moment in the order of their files.

    No file is no correction: a baseline generation.
    """
    if not folder.is_dir():
        raise unusable(str(folder), "no such folder", "make it; an empty one is a generation without corrections")
    corrections = [line for path in sorted(folder.glob("*.jsonl")) for line in read_records(path, Correction)]
    return sorted(corrections, key=moment)


def moment(line: Located[Correction]) -> datetime:
    """When it was corrected, once the line is found to be sound."""
    try:
        at = datetime.fromisoformat(line.value.corrected_at)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise unusable(
            line.where,
            f"corrected_at is {line.value.corrected_at!r}",
            "write the time with its zone, like 2026-10-05T09:30:00Z",
        )
    if not line.value.reason.strip():
        raise unusable(line.where, "the reason is empty", "say what is wrong and what is right")
    return at
