"""A value with the place that it was read from, so that whoever finds it wrong can say where."""

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Located(msgspec.Struct, Generic[T], frozen=True):
    """`where` is ``file:line``."""

    where: str
    value: T
