"""What a user's text names: `**Target Language:** Spanish` is the field target_language."""

import json
import re
from collections.abc import Iterator

import msgspec

from finetune.dataset.texts.edges import SPACE
from finetune.records.dataset import Line, Prompt

NAME = re.compile(r"[\s>#*_`\"-]*([^\W\d_][\w ]{0,40}?)[*_`\" ]*:")
AROUND = f"*_`{SPACE}"
"""Markup and blank space around a value."""

TEXTS = tuple(one.name for one in msgspec.structs.fields(Prompt) if one.type is str)


def fields(line: Line) -> dict[str, str]:
    """The fields of the last user message, by their names in snake case: keys of its JSON, or `Name: value` lines."""
    if line.prompt:
        return {name: getattr(line.prompt, name) for name in TEXTS}
    said = line.chat.last("user") if line.chat else ""
    if said.lstrip().startswith("{"):
        try:
            value = json.loads(said)
        except (ValueError, RecursionError):
            value = {}
        return {snake(name): text for name, text in value.items() if isinstance(text, str)}
    return {snake(name[1]): line[name.end() :].strip(AROUND) for line, name in named(said)}


def named(said: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The lines that begin with a name and a colon. One by one: a search in the whole text takes its square in time."""
    for line in said.split("\n") if ":" in said else ():
        if name := NAME.match(line):
            yield line, name


def snake(name: str) -> str:
    return "_".join(name.lower().split())
