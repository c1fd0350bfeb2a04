"""Reads a text that is not empty, without the space around it."""

from pathlib import Path

from finetune.errors import unusable


def read_text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise unusable(str(path), "no such file", "check the path") from None
    except UnicodeDecodeError as error:
        raise unusable(str(path), f"not UTF-8 (byte {error.start})", "save it as UTF-8") from None
    if not text:
        raise unusable(str(path), "empty", "write its text")
    return text
