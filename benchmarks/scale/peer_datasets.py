"""Hugging Face datasets, mapping the plain program's check of a line: `python -m … TRAINING VALIDATION…`."""

import sys
from pathlib import Path
from typing import Any

from benchmarks.scale.peer import each_pair
from benchmarks.scale.plain_check import Seen, check_line

PROCESSES = 2
ENOUGH = 16 << 20
"""Bytes from which a second process is worth its start."""


def check(row: dict[str, Any]) -> dict[str, int]:
    """Each line by itself: what is wrong only beside another line is not seen."""
    return {"problems": len(list(check_line(row["text"], Seen(), "training:1")))}


def problems(path: Path) -> int:
    """As lines of text: its JSON reader refuses the file as a whole for one bad line."""
    from datasets import disable_progress_bars, load_dataset

    disable_progress_bars()
    lines = load_dataset("text", data_files=str(path), split="train")
    processes = PROCESSES if path.stat().st_size >= ENOUGH else None
    return sum(lines.map(check, remove_columns=["text"], num_proc=processes)["problems"])


if __name__ == "__main__":
    each_pair(problems, sys.argv[1:])
