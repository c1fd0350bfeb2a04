"""What starting a job would do, found out without anything that could cost."""

from collections.abc import Callable
from typing import Any

import msgspec

from finetune.errors import FinetuneError, NoLookUpError
from finetune.estimating import within
from finetune.providers.anthropic import Anthropic
from finetune.providers.anthropic.jobs import chosen
from finetune.records.estimate import Estimate
from finetune.records.job import Entry, JobSpec


class Foreseen(msgspec.Struct, frozen=True):
    """`in_ledger` and `at_provider` are ids of the job that is there already; then nothing would be sent, and the price
    is None. `intended`: a run was cut off, and the job may be on its way. `path` and `body` are those of the request;
    `dataset` is None where the files would be uploaded first. `stops` is why it would not be sent; `notes` are what a
    person should know.
    """

    key: str
    in_ledger: str | None
    at_provider: str | None
    intended: bool
    path: str
    body: dict[str, Any]
    dataset: str | None
    price: Estimate | None
    stops: str | None
    notes: list[str]


def foresee(spec: JobSpec, entry: Entry | None, provider: Anthropic, price: Callable[[], Estimate]) -> Foreseen:
    """Reads alone: of several jobs with this key none is cancelled, and nothing is uploaded or intended."""
    known, account = entry.job_id if entry else None, provider.account
    notes, found = ([], None) if known else looked_up(spec, provider)
    uploaded = account.remembered(spec)
    estimate = None if known or found else price()
    return Foreseen(
        key=spec.key,
        in_ledger=known,
        at_provider=found,
        intended=bool(entry and not known),
        path=account.names.jobs,
        body=account.asked(spec, uploaded.id if uploaded else "the id of the upload"),
        dataset=uploaded.id if uploaded else None,
        price=estimate,
        stops=too_much(estimate) if estimate else None,
        notes=notes,
    )


def looked_up(spec: JobSpec, provider: Anthropic) -> tuple[list[str], str | None]:
    """What a person should know, and the job that the provider has with this key."""
    notes = list(provider.check(spec))
    try:
        found = provider.account.of_key(spec.key)
    except NoLookUpError as error:
        return [*notes, f"the provider cannot be asked for jobs that were started elsewhere: {error.what}"], None
    job = chosen(found)
    return notes, job.id if job else None


def too_much(found: Estimate) -> str | None:
    try:
        within(found)
    except FinetuneError as error:
        return str(error)
    return None
