"""Counts tokens: by the provider's own counter where it has one and it answers, else by estimate."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from math import sqrt

from finetune.credentials import redacted
from finetune.dataset.tokens import tokens_of_messages
from finetune.errors import FinetuneError, RequestError
from finetune.providers import CountsTokens, Provider
from finetune.records.dataset import Message
from finetune.records.estimate import Counted
from finetune.records.price import NONE, Range

MOST = 40
"""Conversations that the provider is asked about; of more, an even sample, which the estimates are scaled to."""
SURE = 2.0
"""Standard errors to either side of what a sample says."""


class Counter:
    """Counts for one estimate: a provider that failed to once is waited for no more."""

    def __init__(self, provider: Provider | None) -> None:
        self.provider = provider if isinstance(provider, CountsTokens) else None
        self.failed: FinetuneError | None = None

    @property
    def why_not(self) -> str:
        """Why the provider did not count, in words; empty where it did, or is none that counts."""
        return redacted(str(self.failed)) if self.failed else ""

    @property
    def is_unreachable(self) -> bool:
        return isinstance(self.failed, RequestError) and self.failed.status is None

    def count(self, conversations: Sequence[Sequence[Message]], model: str) -> Counted:
        """The tokens of all conversations, each a system message and others, for this model."""
        of: dict[tuple[Message, ...], Range] = {}
        for messages in conversations:  # the samples of one question are one conversation
            if (key := tuple(messages)) not in of:
                of[key] = tokens_of_messages(messages)
        estimates = [of[tuple(messages)] for messages in conversations]
        if self.provider and not self.failed and conversations:
            sample = range(0, len(conversations), -(-len(conversations) // MOST))
            try:
                measured = self.measured([conversations[at] for at in sample], model, self.provider)
            except FinetuneError:
                return Counted(sum(estimates, NONE), "estimated")
            middles = [middle(estimate) for estimate in estimates]
            tokens = scaled(measured, [middles[at] for at in sample], sum(middles), len(middles))
            return Counted(tokens, "measured", 0 if len(sample) == len(middles) else len(sample))
        return Counted(sum(estimates, NONE), "estimated")

    def measured(self, sample: Sequence[Sequence[Message]], model: str, provider: CountsTokens) -> list[int]:
        """The tokens of each. The first is asked about alone: who does not answer is waited for once."""

        def ask(messages: Sequence[Message]) -> int:
            if self.failed:
                raise self.failed
            try:
                return measure(messages, model, provider)
            except FinetuneError as error:
                self.failed = error
                raise

        first = ask(sample[0])
        with ThreadPoolExecutor(provider.answers_at_once) as threads:
            return [first, *threads.map(ask, sample[1:])]


def scaled(measured: Sequence[int], estimates: Sequence[float], whole: float, number: int) -> Range:
    """The sum over all `number` conversations, whose estimates' sum is `whole`, by the ratio in a sample of them.

    Within SURE standard errors of that ratio (Cochran, Sampling Techniques, 1977, 6.13); exact where all are measured.
    """
    size, ratio = len(measured), sum(measured) / sum(estimates)
    if size == number:
        return Range(sum(measured), sum(measured))
    off = sum((is_ - ratio * estimate) ** 2 for is_, estimate in zip(measured, estimates, strict=True))
    error = sqrt(off / (size * (size - 1)) * (1 - size / number)) / (sum(estimates) / size)
    return Range(max(ratio - SURE * error, 0) * whole, (ratio + SURE * error) * whole)


def measure(messages: Sequence[Message], model: str, provider: CountsTokens) -> int:
    system = "".join(message.content for message in messages if message.role == "system")
    return provider.count_tokens(model, system, [message for message in messages if message.role != "system"])


def middle(range_: Range) -> float:
    return (range_.low + range_.high) / 2
