"""What a model's tokens cost, and figures of which only two bounds are known."""

from typing import Annotated, Literal

import msgspec

Usd = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Mode = Literal["direct", "batch"]
"""How calls are made: each is answered at once, or many together within a day, for less."""


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure that lies between `low` and `high`; both are the same where it is known."""

    low: float
    high: float

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.high + other.high)

    def __mul__(self, other: "Range | float") -> "Range":
        """Times a figure that is not negative."""
        by = other if isinstance(other, Range) else Range(other, other)
        return Range(self.low * by.low, self.high * by.high)

    def rounded(self, digits: int = 0) -> "Range":
        return Range(round(self.low, digits), round(self.high, digits))

    @property
    def margin(self) -> float:
        """How far either bound is from the middle, as a part of the middle: 0.25 for 75 to 125."""
        return (self.high - self.low) / (self.high + self.low) if self.high + self.low else 0.0


NONE = Range(0, 0)


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model's prices in USD per million tokens. What is None is unknown, which is not the same as free.

    `training` is per token and epoch; `input` and `output` are for calls that are answered at once, `batch_input` and
    `batch_output` for those that may take a day.
    """

    training: Usd | None = None
    input: Usd | None = None
    output: Usd | None = None
    batch_input: Usd | None = None
    batch_output: Usd | None = None

    def of_input(self, mode: Mode) -> Usd | None:
        return self.batch_input if mode == "batch" else self.input

    def of_output(self, mode: Mode) -> Usd | None:
        return self.batch_output if mode == "batch" else self.output
