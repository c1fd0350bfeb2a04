"""Reads a training curve, a row per epoch."""

import csv
from pathlib import Path

from finetune.errors import unusable
from finetune.records.report import CurvePoint


def read_curve(path: Path) -> tuple[CurvePoint, ...]:
    """The columns epoch, loss and validation_loss, the last empty where it was not measured."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            return tuple(point(f"{path}:{reader.line_num}", row) for row in reader)
    except FileNotFoundError:
        raise unusable(str(path), "no such file", "run `dvc repro record` first") from None


def point(where: str, row: dict[str, str]) -> CurvePoint:
    try:
        last = row["validation_loss"]
        return CurvePoint(int(row["epoch"]), float(row["loss"]), float(last) if last else None)
    except (KeyError, TypeError, ValueError):
        raise unusable(
            where, f"not a row of a training curve: {dict(row)}", "it has epoch,loss,validation_loss"
        ) from None
