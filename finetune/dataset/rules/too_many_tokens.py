"""No record has more tokens than the provider takes: what is over is refused, or silently cut."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),), profile="bedrock")
BAD = Sample((chat("Split: " + "I want to eat. " * 10_000, system=None),), profile="bedrock")
BYTES_PER_TOKEN = 3.5
"""Of UTF-8 text, measured on chat examples in English markup; up to a third off either way on bare sentences."""


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    most = scope.profile.tokens_per_record
    if most is None or not line.chat or len(line.raw) <= most:
        return
    tokens = sum(len(text.encode("utf-8", "surrogatepass")) for text in line.texts) / BYTES_PER_TOKEN
    if tokens > most:
        said = f"some {tokens:,.0f} tokens (by {BYTES_PER_TOKEN} bytes a token)"
        yield Problem(
            f"{said}; at most {most:,} are taken, more are refused or cut ({scope.profile.title}): make it shorter"
        )
