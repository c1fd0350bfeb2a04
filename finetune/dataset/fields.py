"""What a user's text names: `**Target Language:** Spanish` is the field target_language."""

import json
import re

import msgspec

from finetune.records.dataset import Line

FIELD = re.compile(r"^[\s>#*_`\"-]*([^\W\d_][\w ]{0,40}?)[*_`\" ]*:[*_` ]*(.*?)[\s*_`]*$", re.MULTILINE)


def fields(line: Line) -> dict[str, str]:
    """The fields of the last user message, by their names in snake case: keys of its JSON, or `Name: value` lines."""
    if line.prompt:
        return {name: value for name, value in msgspec.structs.asdict(line.prompt).items() if isinstance(value, str)}
    said = line.chat.last("user") if line.chat else ""
    if said.lstrip().startswith("{"):
        try:
            value = json.loads(said)
        except (ValueError, RecursionError):
            value = {}
        return {snake(name): text for name, text in value.items() if isinstance(text, str)}
    return {snake(name): text for name, text in FIELD.findall(said)}


def snake(name: str) -> str:
    return "_".join(name.lower().split())
