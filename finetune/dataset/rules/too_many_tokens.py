"""No record has more tokens than the provider takes: what is over is refused, or silently cut."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.dataset.tokens import tokens_of
from finetune.records.dataset import Line
from finetune.records.price import NONE
from finetune.records.profile import Scope

GOOD = Sample((chat(),), profile="bedrock")
BAD = Sample((chat("Split: " + "I want to eat. " * 10_000, system=None),), profile="bedrock")


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    """By the middle of the estimate: where the limit is between its ends, only the provider can tell."""
    most = scope.profile.tokens_per_record
    if most is None or not line.chat or len(line.raw) <= most:
        return
    tokens = sum((tokens_of(text) for text in line.texts), NONE)
    if (tokens.low + tokens.high) / 2 > most:
        said = f"some {tokens.low:,.0f} to {tokens.high:,.0f} tokens; at most {most:,} are taken"
        yield Problem(f"{said}, more are refused or cut ({scope.profile.title}): make it shorter")
