"""What tokens cost by a table of prices; a price that is not in it is unknown, never 0. Pure."""

import re
from collections.abc import Iterable, Mapping

from finetune.records.price import NONE, Price, Range

MILLION = 1_000_000
ENDS_A_NAME = (":", "-", "@", "/")
"""What may follow a model's name in the id of one of its versions."""
GOES_ON = re.compile(r"-v?\d{1,3}(?!\d)")
"""A short number is part of a name, unlike a date: claude-sonnet-4-5 is no version of claude-sonnet-4."""


def entry_of(prices: Mapping[str, Price], model: str, otherwise: str = "") -> str:
    """The name in the table that the model's id is, or begins with; the longest. Where there is none, what is said
    otherwise, or the id itself."""
    return max((name for name in prices if is_of(model, name)), key=len, default=otherwise or model)


def is_of(model: str, name: str) -> bool:
    """Whether a model's id is this name, or that of one of its versions."""
    rest = model.removeprefix(name)
    return model == name or (len(rest) < len(model) and rest.startswith(ENDS_A_NAME) and not GOES_ON.match(rest))


def price_of(prices: Mapping[str, Price], model: str) -> Price:
    """The model's prices; all are unknown where the table does not have it."""
    return prices.get(entry_of(prices, model), Price())


def cost(tokens: Range, per_million: float | None) -> Range | None:
    """USD for tokens; None where the price is unknown. No tokens cost nothing at any price."""
    if tokens == NONE:
        return NONE
    return None if per_million is None else tokens * (per_million / MILLION)


def total(parts: Iterable[Range | None]) -> Range | None:
    """The sum; None where a part is unknown."""
    summed = NONE
    for part in parts:
        if part is None:
            return None
        summed += part
    return summed
