"""Counts tokens: by the provider's own counter where it has one and it answers, else by estimate."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from finetune.dataset.tokens import tokens_of_messages
from finetune.errors import FinetuneError
from finetune.providers import CountsTokens, Provider
from finetune.records.dataset import Message
from finetune.records.estimate import Counted
from finetune.records.price import NONE, Range

MOST = 40
"""Conversations that the provider is asked about; of more, an even sample, which the estimates are scaled to."""


def count(conversations: Sequence[Sequence[Message]], model: str, provider: Provider | None) -> Counted:
    """The tokens of all conversations, each a system message and others, for this model."""
    of: dict[tuple[Message, ...], Range] = {}
    for messages in conversations:  # the samples of one question are one conversation
        if (key := tuple(messages)) not in of:
            of[key] = tokens_of_messages(messages)
    estimates = [of[tuple(messages)] for messages in conversations]
    if isinstance(provider, CountsTokens) and conversations:
        sample = range(0, len(conversations), -(-len(conversations) // MOST))
        try:
            with ThreadPoolExecutor(provider.answers_at_once) as threads:
                measured = sum(threads.map(lambda at: measure(conversations[at], model, provider), sample))
        except FinetuneError:
            return Counted(sum(estimates, NONE), "estimated")
        share = sum(map(middle, (estimates[at] for at in sample))) / sum(map(middle, estimates))
        return Counted(Range(measured / share, measured / share), "measured")
    return Counted(sum(estimates, NONE), "estimated")


def measure(messages: Sequence[Message], model: str, provider: CountsTokens) -> int:
    system = "".join(message.content for message in messages if message.role == "system")
    return provider.count_tokens(model, system, [message for message in messages if message.role != "system"])


def middle(range_: Range) -> float:
    return (range_.low + range_.high) / 2
