"""The chat shapes that examples are written in: one module per shape, found by its name."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from finetune.errors import unusable
from finetune.records.dataset import Example

Shape = Callable[[Example], object]


@cache
def shape_of(name: str) -> Shape:
    """`write` of the module of this name: an example as what is written of it."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    if name not in names:
        raise unusable("params.yaml: prepare.format", f"unknown: {name}", f"known: {', '.join(names)}")
    write: Shape = importlib.import_module(f"{__name__}.{name}").write
    return write
