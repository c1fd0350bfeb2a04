"""Tokens, the prompt cache, and what a message costs."""

import threading
import time
from typing import NamedTuple

from finetune.dataset.key import sha256
from finetune.dataset.tokens import MESSAGE, tokens_of
from finetune.records.price import Price, Range

FEWEST_CACHED = 1024
KEPT_SECONDS = 300.0
WRITTEN, READ = 1.25, 0.1
"""What a token costs that is written to the cache, or read from it, as a part of one that is not."""


class Piece(NamedTuple):
    """A text of a conversation; `message` where it begins one, `cached` where the cache is to hold all up to here."""

    text: str
    message: bool
    cached: bool


class Usage(NamedTuple):
    """Tokens of a call. `input` is what the cache did not hold, and was not told to hold."""

    input: int
    written: int
    read: int
    output: int

    def shown(self, tier: str) -> dict[str, object]:
        return {
            "input_tokens": self.input,
            "output_tokens": self.output,
            "cache_creation_input_tokens": self.written,
            "cache_read_input_tokens": self.read,
            "cache_creation": {"ephemeral_5m_input_tokens": self.written, "ephemeral_1h_input_tokens": 0},
            "service_tier": tier,
        }

    def usd(self, price: Price, batch: bool) -> float:
        per_input, per_output = (price.batch_input, price.batch_output) if batch else (price.input, price.output)
        tokens = self.input + WRITTEN * self.written + READ * self.read
        return (tokens * (per_input or 0) + self.output * (per_output or 0)) / 1_000_000


def middle(tokens: Range) -> int:
    return round((tokens.low + tokens.high) / 2)


def tokens_in(pieces: list[Piece]) -> int:
    """The tokens of a conversation: the middle of our estimate."""
    total = Range(0, 0)
    for piece in pieces:
        total += tokens_of(piece.text)
        if piece.message:
            total += MESSAGE
    return middle(total)


class Cache:
    """Which beginnings of conversations a model has read in the last five minutes. A restart forgets them."""

    def __init__(self) -> None:
        self.lock, self.until = threading.Lock(), dict[str, float]()

    def use(self, model: str, pieces: list[Piece]) -> tuple[int, int, int]:
        """(not cached, written, read): the tokens of these pieces."""
        total = tokens_in(pieces)
        marks = [place for place, piece in enumerate(pieces, start=1) if piece.cached]
        written = read = 0
        with self.lock:
            now = time.monotonic()
            self.until = {key: end for key, end in self.until.items() if end > now}
            for place in marks:
                tokens = tokens_in(pieces[:place])
                key = sha256(repr((model, pieces[:place])).encode())
                if tokens < FEWEST_CACHED:
                    continue
                if key in self.until:
                    read = max(read, tokens)
                else:
                    written = tokens
                self.until[key] = now + KEPT_SECONDS
        written = max(written - read, 0)
        return total - written - read, written, read
