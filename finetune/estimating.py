"""What a job and its A/B test may cost, and whether that is within the limit: before anything is paid for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from finetune.answers import Answers
from finetune.calling import ANSWERS, Terms, calls_of
from finetune.counting import Counter
from finetune.dataset.cost import cost, entry_of, price_of, total
from finetune.dataset.tokens import conversation
from finetune.errors import FinetuneError, unusable
from finetune.providers import Provider
from finetune.records.estimate import Calls, Estimate, Training
from finetune.records.params import Predict, Submit
from finetune.records.price import NONE, Mode, Price, Range
from finetune.records.upcoming import Upcoming
from finetune.rehearsal import rehearse

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

    A model that is not made yet has no kept answers. It costs what the table has for an id that begins as its own will,
    and its tokens are counted as those of its base model.
    """
    counter, base, prices = Counter(provider), submit.base_model, submit.prices
    trained = training(job, submit, known.started, counter)
    models = (known.baseline, known.candidate or f"{base}:{submit.suffix}:")
    reached = None if counter.is_unreachable else provider
    baseline, candidate = rehearse(job.truth, models, reached, job.system, predict, known.answers)
    terms, tuned = Terms(prices, predict.claims, provider, counter), known.candidate or base
    calls = (
        calls_of("baseline", known.baseline, entry_of(prices, known.baseline), baseline, terms),
        calls_of("candidate", tuned, entry_of(prices, models[1], otherwise=tuned), candidate, terms),
    )
    return Estimate(
        training=trained,
        calls=calls,
        usd=total([trained.usd, *(asked(side, predict.mode) for side in calls)]),
        mode=predict.mode,
        waves=1 if predict.claims == "corrected" else max(map(len, job.truth.values()), default=0),
        unknown=tuple(dict.fromkeys(missing(trained, calls, prices, predict.mode))),
        assumed=tuple(assumed(job, trained, calls, known, predict)),
        call_seconds=known.call_seconds,
        max_cost_usd=submit.max_cost_usd,
        uncounted=counter.why_not,
    )


def training(job: Upcoming, submit: Submit, started: bool, counter: Counter) -> Training:
    """Low: the training examples, in every epoch. High: the validation examples too, which some providers charge."""
    model, entry = submit.base_model, entry_of(submit.prices, submit.base_model)
    taught, held_out = (
        counter.count([conversation(example) for example in side], model) for side in (job.training, job.validation)
    )
    for name, value in submit.hyperparameters.items():
        if "epoch" in name and (name != "epochs" or not 1 <= value <= MOST_EPOCHS):
            fix = f"write epochs, from 1 to {MOST_EPOCHS:,}"
            raise unusable(f"{submit.section}.hyperparameters.{name}", f"{value:g}", fix)
    asked = submit.hyperparameters.get("epochs")
    epochs = EPOCHS if asked is None else Range(asked, asked)
    tokens = Range(taught.tokens.low, taught.tokens.high + held_out.tokens.high) * epochs
    usd, size = NONE if started else cost(tokens, price_of(submit.prices, model).training), len(job.training)
    return Training(model, size, taught.tokens, epochs, tokens, taught.how, usd, started, entry, taught.sampled)


def asked(calls: Calls, mode: Mode) -> Range | None:
    """What the calls cost as they will be made."""
    return calls.batch if mode == "batch" else calls.direct


def missing(trained: Training, calls: Sequence[Calls], prices: Mapping[str, Price], mode: Mode) -> Iterator[str]:
    """The params that would say what is unknown."""
    if trained.usd is None:
        yield f"submit.prices.{trained.price_of}.training"
    for side in calls:
        price = prices.get(side.price_of, Price())
        named = ("batch_input", "batch_output") if mode == "batch" else ("input", "output")
        unknown = [name for name in named if asked(side, mode) is None and getattr(price, name) is None]
        yield from (f"submit.prices.{side.price_of}.{name}" for name in unknown)


def assumed(job: Upcoming, trained: Training, calls: Sequence[Calls], known: Known, predict: Predict) -> Iterator[str]:
    """What could not be known, in words."""
    if trained.sampled or any(side.sampled for side in calls):
        yield "of a sample that the provider counts, the margin is two standard errors"
    if "estimated" in (trained.how, *(side.how for side in calls)):
        yield "tokens lie within the margin for a dozen public vocabularies; the provider's own may be none of them"
    if not trained.known:
        if trained.epochs == EPOCHS:
            yield "hyperparameters.epochs is not set: the provider chooses; 1 to 4 epochs are assumed"
        if job.validation:
            yield "at the high end the validation examples are charged in every epoch too, as some providers do"
    if any(side.calls for side in calls):
        own = ", and so are the claims in the prompts" if predict.claims == "own" else ""
        yield f"answers are {ANSWERS.low:g} to {ANSWERS.high:g} times as long as the corrected ones{own}"
    if any(side.cached for side in calls):
        yield "at the low end calls read the system prompt from the provider's cache, at the high end each writes it"
    if known.candidate is None:
        yield f"the tuned model is charged for calls by the price of {calls[1].price_of}, and answered nothing yet"


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
