"""What the calls of one side of an A/B test are charged for: tokens of prompts and of answers, by their prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from finetune.counting import Counter, middle
from finetune.dataset.cost import cost, total
from finetune.dataset.examples import read_prompt
from finetune.dataset.tokens import tokens_of, tokens_of_messages
from finetune.providers import CachesPrompts, Provider
from finetune.records.dataset import Message
from finetune.records.estimate import Calls
from finetune.records.price import Price, Range
from finetune.rehearsal import Rehearsed

ANSWERS = Range(0.75, 1.25)
"""How long a side's answers are, in times of the corrected ones. On the courses of this repository it was 0.88 to 1.10,
over two models, untrained and trained, and what people corrected; a model that answers otherwise is not ruled out."""


@dataclass(frozen=True)
class Terms:
    """By what calls are charged: the prices, whose claims the prompts show, who answers, and who counts."""

    prices: Mapping[str, Price]
    claims: Literal["own", "corrected"]
    provider: Provider | None
    counter: Counter


def calls_of(
    side: Literal["baseline", "candidate"], model: str, price_of: str, rehearsed: Rehearsed, terms: Terms
) -> Calls:
    """One side's calls, with the tokens of `model` and the price that the table has under `price_of`.

    What is sent is known but for a model's own claims. Where the provider caches system prompts, all of them are read
    from its cache at the low end, and written to it at the high one.
    """
    sent = terms.counter.count([messages for messages, _ in rehearsed.asked], model)
    given = terms.counter.count([[Message("user", answer)] for _, answer in rehearsed.asked], model)
    tokens, answers = sent.tokens * claimed(rehearsed, terms.claims), given.tokens * ANSWERS
    charged, price = tokens * cached(rehearsed, terms.provider), terms.prices.get(price_of, Price())
    return Calls(
        side=side,
        model=model,
        calls=len(rehearsed.asked),
        kept=rehearsed.kept,
        input_tokens=tokens,
        output_tokens=answers,
        how=sent.how if sent.how == given.how else "estimated",
        direct=total([cost(charged, price.input), cost(answers, price.output)]),
        batch=total([cost(charged, price.batch_input), cost(answers, price.batch_output)]),
        cached=charged != tokens,
        price_of=price_of,
        sampled=sent.sampled,
    )


def claimed(rehearsed: Rehearsed, claims: Literal["own", "corrected"]) -> Range:
    """How long prompts are, in times of those with the corrected claims: a model's own are as long as its answers."""
    if claims == "corrected" or not rehearsed.asked:
        return Range(1, 1)
    every = [messages for messages, _ in rehearsed.asked]
    own = sum(middle(tokens_of(shown(messages[-1].content))) for messages in every)
    share = own / sum(middle(tokens_of_messages(messages)) for messages in every)
    return Range(1 - share * (1 - ANSWERS.low), 1 + share * (ANSWERS.high - 1))


def shown(prompt: str) -> str:
    """The claims in a prompt, as JSON."""
    return msgspec.json.encode(read_prompt(prompt).claims).decode()


def cached(rehearsed: Rehearsed, provider: Provider | None) -> Range:
    """What the input is charged for, in times of its tokens."""
    if not isinstance(provider, CachesPrompts) or not rehearsed.asked:
        return Range(1, 1)
    every = [messages for messages, _ in rehearsed.asked]
    whole = sum(middle(tokens_of_messages(messages)) for messages in every)
    prompts = sum(middle(tokens_of_messages(messages[:1])) for messages in every if messages[0].role == "system")
    share = prompts / whole
    return Range(1 - share * (1 - provider.cache_read), 1 + share * (provider.cache_written - 1))
