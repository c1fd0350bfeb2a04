"""What tokens cost by a table of prices; a price that is not in it is unknown, never 0. Pure."""

from collections.abc import Iterable, Mapping

from finetune.records.price import NONE, Price, Range

MILLION = 1_000_000
ENDS_A_NAME = (":", "-", "@", "/")
"""What may follow a model's name in the id of one of its versions."""


def entry_of(prices: Mapping[str, Price], model: str) -> str:
    """The name in the table that the model's id is, or begins with; the longest; the id itself where there is none."""
    found = [name for name in prices if model == name or model.startswith(tuple(name + end for end in ENDS_A_NAME))]
    return max(found, key=len, default=model)


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
