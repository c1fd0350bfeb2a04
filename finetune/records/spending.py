"""A line of the spending: what one job, or the calls of one run of `predict` to one model, cost."""

from typing import Literal

import msgspec

from finetune.records.price import Mode, Range

Kind = Literal["job", "calls"]


class Spending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`id` tells it from all others, wherever it was written: a line that stands there twice counts once.

    Tokens are `measured` where the provider counted those of every call, else `estimated`: the cost is as sure as they
    are. A job's input is what it trains on, in all epochs. `usd` is None where a price was unknown. `mode` is how calls
    were made, which sets their price; `seconds` is how long all of them took, 0 where that says nothing, as in a batch.
    """

    id: str
    at: str
    kind: Kind
    provider: str
    model: str
    input_tokens: Range
    output_tokens: Range
    tokens: Literal["measured", "estimated"]
    usd: Range | None
    generation: int | None = None
    key: str = ""
    calls: int = 0
    seconds: float = 0
    mode: Mode = "direct"
