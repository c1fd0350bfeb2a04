"""Reads a training or validation file line by line, for the rules."""

from pathlib import Path

from finetune.dataset.lint import read_line
from finetune.errors import unusable
from finetune.records.dataset import Line, Side


def read_lines(path: Path, side: Side) -> list[Line]:
    """Every line of the file, also those that are no example; only a file that cannot be read is an error."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise unusable(str(path), "no such file", "run prepare first") from None
    except UnicodeDecodeError as error:
        raise unusable(str(path), f"not UTF-8 (byte {error.start})", "save it as UTF-8") from None
    lines = text.removesuffix("\n").split("\n") if text else []
    return [read_line(str(path), number, side, line) for number, line in enumerate(lines, start=1)]
