"""The chat shapes that examples are written in: one module per shape, found by its name."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

import msgspec

from finetune.errors import unusable
from finetune.records.dataset import Example, Message
from finetune.records.profile import Profile

Shape = Callable[[Example], object]
SAMPLE = Example("Be brief.", (Message("user", "Hello"), Message("assistant", "Hi")))


def names() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


def shapes_for(profile: Profile) -> list[str]:
    """The names of the shapes in which an example is as this profile asks for."""
    return [name for name in names() if meets(msgspec.to_builtins(shape_of(name)(SAMPLE)), profile)]


def meets(line: dict[str, list[dict[str, str]]], profile: Profile) -> bool:
    """Whether a line has the keys of a profile, and its system prompt where that has it."""
    as_message = any(message["role"] == "system" for message in line["messages"])
    told = profile.system in ("message", "either") or not as_message
    return set(profile.required) <= set(line) <= set(profile.keys) and told


@cache
def shape_of(name: str) -> Shape:
    """`write` of the module of this name: an example as what is written of it."""
    if name not in names():
        raise unusable("params.yaml: prepare.format", f"unknown: {name}", f"known: {', '.join(names())}")
    write: Shape = importlib.import_module(f"{__name__}.{name}").write
    return write
