"""What a job and its A/B test may cost, and whether that is within the limit: before anything is paid for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from finetune.answers import Answers
from finetune.counting import count, middle
from finetune.dataset.cost import cost, entry_of, price_of, total
from finetune.dataset.tokens import conversation, tokens_of_messages
from finetune.errors import FinetuneError, unusable
from finetune.providers import CachesPrompts, Provider
from finetune.records.dataset import Message
from finetune.records.estimate import Calls, Estimate, Training
from finetune.records.params import Predict, Submit
from finetune.records.price import NONE, Mode, Price, Range
from finetune.records.upcoming import Upcoming
from finetune.rehearsal import Rehearsed, rehearse

EPOCHS = Range(1, 4)
"""Where params.yaml does not say how many, the provider chooses: 1 to 4 is what is usual for a few hundred examples."""
MOST_EPOCHS = 1_000_000
LIMIT = "params.yaml: submit.max_cost_usd"


@dataclass(frozen=True)
class Known:
    """What is known beforehand: whether the job was started, the models (None: not made yet) and their kept answers."""

    started: bool
    baseline: str
    candidate: str | None
    answers: Answers
    call_seconds: float | None


def estimate(job: Upcoming, submit: Submit, predict: Predict, known: Known, provider: Provider | None) -> Estimate:
    """The whole price, from the files and prices as they are now. `provider` is None where it cannot be reached.

    A model that is not made yet is taken to cost what its base model does, and to have no answers that are kept.
    """
    trained = training(job, submit, known.started, provider)
    untold = f"{submit.base_model}:{submit.suffix}:"
    models = (known.baseline, known.candidate or untold)
    baseline, candidate = rehearse(job.truth, models, provider, job.system, predict, known.answers)
    calls = (
        calls_of("baseline", known.baseline, baseline, submit.prices, provider),
        calls_of("candidate", known.candidate or submit.base_model, candidate, submit.prices, provider),
    )
    return Estimate(
        training=trained,
        calls=calls,
        usd=total([trained.usd, *(asked(side, predict.mode) for side in calls)]),
        mode=predict.mode,
        waves=1 if predict.claims == "corrected" else max(map(len, job.truth.values()), default=0),
        unknown=tuple(dict.fromkeys(missing(trained, calls, submit.prices, predict.mode))),
        assumed=tuple(assumed(job, trained, calls, known)),
        call_seconds=known.call_seconds,
        max_cost_usd=submit.max_cost_usd,
    )


def training(job: Upcoming, submit: Submit, started: bool, provider: Provider | None) -> Training:
    """Low: the training examples, in every epoch. High: the validation examples too, which some providers charge."""
    model = submit.base_model
    taught, held_out = (
        count([conversation(example) for example in side], model, provider) for side in (job.training, job.validation)
    )
    for name, value in submit.hyperparameters.items():
        if "epoch" in name and (name != "epochs" or not 1 <= value <= MOST_EPOCHS):
            fix = f"write epochs, from 1 to {MOST_EPOCHS:,}"
            raise unusable(f"{submit.section}.hyperparameters.{name}", f"{value:g}", fix)
    asked = submit.hyperparameters.get("epochs")
    epochs = EPOCHS if asked is None else Range(asked, asked)
    tokens = Range(taught.tokens.low, taught.tokens.high + held_out.tokens.high) * epochs
    usd = NONE if started else cost(tokens, price_of(submit.prices, model).training)
    return Training(model, len(job.training), taught.tokens, epochs, tokens, taught.how, usd, started)


def calls_of(
    side: Literal["baseline", "candidate"],
    model: str,
    rehearsed: Rehearsed,
    prices: Mapping[str, Price],
    provider: Provider | None,
) -> Calls:
    """One side's calls: what is sent is known but for the claims, and answers are taken to be as long as people's.

    Where the provider caches system prompts, all of them are read from its cache at the low end, and written to it at
    the high one.
    """
    sent = count([messages for messages, _ in rehearsed.asked], model, provider)
    charged = sent.tokens * cached(rehearsed, provider)
    given = count([[Message("user", answer)] for _, answer in rehearsed.asked], model, provider)
    price = price_of(prices, model)
    return Calls(
        side=side,
        model=model,
        calls=len(rehearsed.asked),
        kept=rehearsed.kept,
        input_tokens=sent.tokens,
        output_tokens=given.tokens,
        how=sent.how,
        direct=total([cost(charged, price.input), cost(given.tokens, price.output)]),
        batch=total([cost(charged, price.batch_input), cost(given.tokens, price.batch_output)]),
        cached=charged != sent.tokens,
        price_of=entry_of(prices, model),
    )


def cached(rehearsed: Rehearsed, provider: Provider | None) -> Range:
    """What the input is charged for, in times of its tokens."""
    if not isinstance(provider, CachesPrompts) or not rehearsed.asked:
        return Range(1, 1)
    every = [messages for messages, _ in rehearsed.asked]
    whole = sum(middle(tokens_of_messages(messages)) for messages in every)
    prompts = sum(middle(tokens_of_messages(messages[:1])) for messages in every if messages[0].role == "system")
    share = prompts / whole
    return Range(1 - share * (1 - provider.cache_read), 1 + share * (provider.cache_written - 1))


def asked(calls: Calls, mode: Mode) -> Range | None:
    """What the calls cost as they will be made."""
    return calls.batch if mode == "batch" else calls.direct


def missing(trained: Training, calls: Sequence[Calls], prices: Mapping[str, Price], mode: Mode) -> Iterator[str]:
    """The params that would say what is unknown."""
    if trained.usd is None:
        yield f"submit.prices.{entry_of(prices, trained.model)}.training"
    for side in calls:
        price, entry = price_of(prices, side.model), entry_of(prices, side.model)
        named = ("batch_input", "batch_output") if mode == "batch" else ("input", "output")
        unknown = [name for name in named if asked(side, mode) is None and getattr(price, name) is None]
        yield from (f"submit.prices.{entry}.{name}" for name in unknown)


def assumed(job: Upcoming, trained: Training, calls: Sequence[Calls], known: Known) -> Iterator[str]:
    """What could not be known, in words."""
    if "estimated" in (trained.how, *(side.how for side in calls)):
        yield "tokens lie within the margin for a dozen public vocabularies; the provider's own may be none of them"
    if not trained.known:
        if trained.epochs == EPOCHS:
            yield "hyperparameters.epochs is not set: the provider chooses; 1 to 4 epochs are assumed"
        if job.validation:
            yield "at the high end the validation examples are charged in every epoch too, as some providers do"
    if any(side.calls for side in calls):
        yield "answers are as long as the corrected ones; the claims in the prompts are the corrected ones"
    if any(side.cached for side in calls):
        yield "at the low end calls read the system prompt from the provider's cache, at the high end each writes it"
    if known.candidate is None:
        yield f"the tuned model costs per call what {trained.model} does, and answered nothing yet"


def within(found: Estimate) -> None:
    """FinetuneError where the high end is above the limit, or is not known and there is a limit."""
    limit = found.max_cost_usd
    if limit is None:
        return
    if found.usd is None:
        raise FinetuneError(
            LIMIT,
            f"no price to hold against {limit:g} USD: {', '.join(found.unknown)} not known; nothing was sent",
            "write that into params.yaml, in USD per million tokens (your provider's price list has it), or set "
            "submit.max_cost_usd to null: no limit",
        )
    if not found.usd.high <= limit:  # what is no number is not within it, either
        raise FinetuneError(
            LIMIT,
            f"the job and its A/B test may cost up to {found.usd.high:.6g} USD, more than {limit:g}; nothing was sent",
            "raise it if that is what you want to pay; fewer epochs and fewer predict.samples cost less "
            "(`make estimate` shows what costs how much)",
        )
