"""A value with the place that it was read from, so that whoever finds it wrong can say where."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Located(Generic[T]):
    """`where` is ``file:line``."""

    where: str
    value: T
