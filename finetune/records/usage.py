"""What a model said to one question, and the tokens that the provider counted for it."""

from typing import NamedTuple

import msgspec


class Usage(msgspec.Struct, frozen=True):
    """`charged_input` is what the input counts for at the price of input tokens: what a cache held costs less."""

    input_tokens: float
    charged_input: float
    output_tokens: float


FREE = Usage(0, 0, 0)
"""Of a call that is known to be free, as one that never began."""


class Reply(NamedTuple):
    """An answer; or, where `failed` says why, none. `usage` is None where nobody counted."""

    text: str
    usage: Usage | None = None
    failed: str = ""
