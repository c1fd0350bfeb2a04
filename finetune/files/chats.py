"""Reads chat examples, whatever the shape that they are written in."""

from pathlib import Path

from finetune.dataset.chats import to_chat
from finetune.errors import unusable
from finetune.files.jsonl import read_records
from finetune.records.dataset import Chat
from finetune.records.located import Located


def read_chats(path: Path) -> list[Located[Chat]]:
    """Every line of a training or validation file; one that is no chat is an error with its place."""
    found = []
    for line in read_records(path, dict[str, object]):
        chat = to_chat(line.value)
        if chat is None:
            raise unusable(line.where, "no list of messages", "`finetune lint` tells what is wrong with a file")
        found.append(Located(line.where, chat))
    return found
