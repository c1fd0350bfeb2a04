"""Reads a JSON list value by value: memory holds no more of it than a value and a block of the file."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import msgspec

from finetune.errors import FinetuneError, unusable
from finetune.files.pieces import LONGEST

BLOCK = 1 << 18
"""Characters that are read at once, or as many as a value has so far."""
GOES_ON = ".eE+-0123456789"
"""What a number may go on with; so it may where nothing is read yet."""
SPACE = re.compile(r"[ \t\n\r]*")
SCAN = json.JSONDecoder().raw_decode


def each_value(path: Path) -> Iterator[Any]:
    """The values of a file's JSON list. FinetuneError, with its line, for what is none."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        window = Window(path, file)
        yield from window.values()


class Window:
    """What is read of a file and not yet taken: `text` from `at` on, which is in the line `line`."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self.path, self.file = path, file
        self.text, self.at, self.line, self.over = "", 0, 1, False

    def values(self) -> Iterator[Any]:
        self.take("[")
        mark = self.peek()
        while mark != "]":
            yield self.value()
            if (mark := self.peek()) != "]":
                self.take(",")
        self.take("]")
        if self.peek():
            raise self.wrong("more after the end of the list")

    def more(self) -> None:
        """Read on."""
        try:
            read = self.file.read(max(BLOCK, len(self.text) - self.at))
        except UnicodeDecodeError:
            raise unusable(f"{self.path}:{self.line}", "not UTF-8, in this line or below", "save it as UTF-8") from None
        self.text, self.at, self.over = self.text[self.at :] + read, 0, not read

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            space = SPACE.match(self.text, self.at)
            self.skip(space.end() if space else self.at)
            if self.at < len(self.text) or self.over:
                return self.text[self.at : self.at + 1]
            self.more()

    def skip(self, end: int) -> None:
        self.line, self.at = self.line + self.text.count("\n", self.at, end), end

    def take(self, mark: str) -> None:
        if self.peek() != mark:
            raise self.wrong(f"no {mark!r}")
        self.at += 1

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                _, end = SCAN(self.text, self.at)
            except (ValueError, RecursionError) as error:
                if self.over or len(self.text) - self.at > LONGEST:
                    raise self.wrong(error) from None
            else:
                if self.over or self.text[end : end + 1] not in GOES_ON:
                    return self.decoded(end)
            self.more()

    def decoded(self, end: int) -> Any:
        """The value up to `end`, by the stricter of two readers."""
        try:
            found = msgspec.json.decode(self.text[self.at : end])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self.wrong(error) from None
        self.skip(end)
        return found

    def wrong(self, error: object) -> FinetuneError:
        line, what = self.line, error
        if isinstance(error, json.JSONDecodeError):
            line, what = line + self.text.count("\n", self.at, error.pos), error.msg
        return unusable(f"{self.path}:{line}", f"not JSON ({what})", "mend the file, or make it again")
