"""Starts a job at most once, within its price limit, and writes down what it costs: whoever asks for it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from finetune.answers import Answers
from finetune.dataset.shapes import shapes_for
from finetune.errors import unusable
from finetune.estimating import Known, estimate
from finetune.files.chats import read_chats
from finetune.files.params import read_params
from finetune.files.profiles import read_profile
from finetune.files.text import read_text
from finetune.files.truth import read_truth
from finetune.ledger import Ledger
from finetune.providers import Provider, TakesProfile
from finetune.records.estimate import Estimate
from finetune.records.job import Job, JobSpec, Taught
from finetune.records.params import Predict, Prepare, Submit, Validate
from finetune.records.upcoming import Upcoming
from finetune.spending import has_line, of_job, spend
from finetune.submission import How, submit_once

TOLD: dict[How, str] = {
    "submitted": "submitted just now",
    "found": "the provider had it already: nothing was sent",
    "known": "in the ledger already: nothing was sent",
}
"""How a job came to be there, in words."""


class Sources(NamedTuple):
    """What the A/B test of a job asks with, and who answers on the other side: its price rests on them."""

    params: Path
    courses: Path
    corrections: Path
    prompt: Path
    baseline: Callable[[], str]
    store: Path


def check_profile(params: Path, name: str, provider: Provider) -> None:
    """FinetuneError where files are held against another profile than that of the provider, which has this name."""
    held = read_params(params, "validate", Validate).profile
    if not isinstance(provider, TakesProfile) or held == provider.profile:
        return
    shapes = " or ".join(shapes_for(read_profile(provider.profile, name)))
    fix = f"set validate.profile: {provider.profile} and prepare.format: {shapes}, or choose another provider"
    what = f"{held}, so the files are not known to be what {name} takes ({provider.profile}); nothing was sent"
    raise unusable(f"{params}: validate.profile", what, fix)


def assess(spec: JobSpec, submit: Submit, of: Sources, provider: Provider) -> Estimate:
    """What the job and its A/B test may cost, from its files as they are."""
    training, validation = (
        [line.value for line in read_chats(Path(file.path))] for file in (spec.training, spec.validation)
    )
    truth = read_truth(of.courses, of.corrections, read_params(of.params, "prepare", Prepare).conflicts)
    job = Upcoming(spec, training, validation, truth.courses, read_text(of.prompt))
    answers = Answers.copy(of.store / "answers.sqlite")
    known = Known(False, of.baseline(), None, answers, call_seconds=None)
    return estimate(job, submit, read_params(of.params, "predict", Predict), known, provider)


def begin(
    spec: JobSpec,
    jobs: Path,
    provider: Provider,
    taught: Taught,
    now: Callable[[], str],
    price: Callable[[], Estimate],
    afford: Callable[[Estimate], None],
    tell: Callable[[str], None],
) -> tuple[Job, How]:
    """The job, as `submit_once` has it, with its line in the spending.

    `afford` is called with the price before a job is intended, and raises where that is too much. A run that was cut
    off before it wrote the line down is made up for.
    """
    priced: list[Estimate] = []

    def within() -> None:
        priced.append(price())
        afford(priced[0])

    job, how = submit_once(spec, Ledger(jobs), provider, now, within, tell, taught)
    if not has_line(jobs, spec):
        found = priced[0] if priced else price()
        spend(jobs, of_job(spec, found.training, now(), taught.generation))
    return job, how
