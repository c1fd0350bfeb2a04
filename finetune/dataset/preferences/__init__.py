"""Preference pairs from corrections, for training by comparison: one module per trainer's shape, found by its name."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache

import msgspec

from finetune.errors import unusable
from finetune.records.dataset import Message

NONE = "none"


class Preference(msgspec.Struct, frozen=True):
    """What was asked, the answer that is right, and one that people corrected."""

    prompt: tuple[Message, ...]
    chosen: Message
    rejected: Message


Write = Callable[[Preference], Iterator[object]]


@cache
def writer_of(name: str) -> Write | None:
    """`write` of the module of this name: the lines of a pair. None where no pairs are wanted."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    if name == NONE:
        return None
    if name not in names:
        known = ", ".join([NONE, *names])
        raise unusable("params.yaml: prepare.preferences", f"unknown: {name}", f"known: {known}")
    write: Write = importlib.import_module(f"{__name__}.{name}").write
    return write


def differ(chosen: str, rejected: str) -> bool:
    """Whether there is more between them than space."""
    return "".join(chosen.split()) != "".join(rejected.split())
