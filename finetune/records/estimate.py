"""What a job and its A/B test may cost, before either is begun."""

from typing import Literal

import msgspec

from finetune.records.price import NONE, Mode, Range


class Counted(msgspec.Struct, frozen=True):
    """A number of tokens, and whether the provider counted them or we estimated them.

    `sampled` of the conversations were counted, where those are not all; 0 where they are.
    """

    tokens: Range
    how: Literal["measured", "estimated"]
    sampled: int = 0


class Training(msgspec.Struct, frozen=True):
    """What a job is charged for: `tokens` in all of its epochs. `known`: it was started before, and costs nothing.

    `price_of` is the entry of the price table that was taken; `sampled` is that of `Counted`.
    """

    model: str
    examples: int
    per_epoch: Range
    epochs: Range
    tokens: Range
    how: Literal["measured", "estimated"]
    usd: Range | None
    known: bool
    price_of: str = ""
    sampled: int = 0


class Calls(msgspec.Struct, frozen=True):
    """The calls of one side of the A/B test: those that are to be made, and the answers that are kept from before.

    `price_of` is the entry of the price table that was taken; `cached`: the system prompt may come from a cache;
    `sampled` is that of `Counted`.
    """

    side: Literal["baseline", "candidate"]
    model: str
    calls: int
    kept: int
    input_tokens: Range
    output_tokens: Range
    how: Literal["measured", "estimated"]
    direct: Range | None
    batch: Range | None
    cached: bool = False
    price_of: str = ""
    sampled: int = 0


class Estimate(msgspec.Struct, frozen=True):
    """From `usd.low` to `usd.high`, with the A/B test's calls made as `mode` says: of batches at most `waves`
    one after another.

    `usd` is None where a price is unknown; `unknown` names the params that would say it. `assumed` is what could not be
    known, in words; `uncounted` is why a provider that counts tokens did not. `call_seconds` is how long a call took
    before; None where none was timed.
    """

    training: Training
    calls: tuple[Calls, ...]
    usd: Range | None
    mode: Mode
    waves: int
    unknown: tuple[str, ...]
    assumed: tuple[str, ...]
    call_seconds: float | None
    max_cost_usd: float | None
    uncounted: str = ""

    @property
    def is_free(self) -> bool:
        return self.usd == NONE
