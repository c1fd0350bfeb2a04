"""Submits a job exactly once: intent, one call, id; whatever was done before is found and reused."""

import time
from collections.abc import Callable
from typing import Literal

import msgspec

from finetune.errors import FinetuneError, NoLookUpError, RefusedError, RequestError, UnsureError
from finetune.ledger import Ledger
from finetune.providers import Provider
from finetune.records.job import Entry, Job, JobSpec, Taught

How = Literal["submitted", "found", "known"]
"""submitted: this call started it. found: the provider had it. known: the ledger had it."""
NOTHING = Taught()
BY_HAND = (
    "look for it in the provider's console: `make adopt JOB_ID=…` takes it up, and `make abandon` forgets it if it is "
    "not there, so that `make finetune` starts a new one"
)


def submit_once(
    spec: JobSpec,
    ledger: Ledger,
    provider: Provider,
    now: Callable[[], str],
    afford: Callable[[], None],
    tell: Callable[[str], None] = lambda _: None,
    taught: Taught = NOTHING,
) -> tuple[Job, How]:
    """The job of this spec, started at most once however often, and from wherever, this is called.

    An intent without an id is an earlier call that was cut off: the provider is asked before anything is sent. `afford`
    is called before a job is intended and started, and raises where it may cost too much; not for one that is there.
    `tell` gets what a person should know; `taught` is remembered with the intent.
    """
    with ledger.lock(spec.key):
        entry = ledger.read(spec.key)
        if entry and entry.job_id:
            return Job(entry.job_id, entry.spec), "known"
        for note in provider.check(spec):
            tell(note)
        found = look_up(spec.key, provider, entry is not None, tell)
        if not found:
            afford()
        if entry is None:
            entry = Entry(spec, intended_at=now(), taught=taught)
            ledger.write(entry)
        job_id = found or start(entry.spec, ledger, provider, tell)
        ledger.write(msgspec.structs.replace(entry, job_id=job_id, submitted_at=now()))
        return Job(job_id, entry.spec), "found" if found else "submitted"


def look_up(key: str, provider: Provider, intended: bool, tell: Callable[[str], None]) -> str | None:
    """The job of this key, if the provider has it. What a run that was cut off has sent may yet be carried out: it is
    looked for until that is settled."""
    try:
        found = provider.find(key)
        return settle(key, provider, tell) if intended and not found else found
    except NoLookUpError as error:
        if intended:
            what = "a run that was cut off may have started this job, and the provider cannot be asked for it"
            raise FinetuneError(key[:16], f"{what} ({error.what})", BY_HAND) from None
        tell(f"the provider cannot be asked for jobs that were started elsewhere: {error.what}")
        return None


def settle(key: str, provider: Provider, tell: Callable[[str], None]) -> str | None:
    """The job of this key, as soon as the provider has it; None where it has none when the time is over.

    No clock is trusted that can be set: a run that is cut off here waits the whole time again.
    """
    end, pause = time.monotonic() + provider.settle_seconds, min(provider.settle_seconds / 10, 5.0)
    if provider.settle_seconds:
        tell(f"a job may be on its way: looking for it for {provider.settle_seconds:g} s before one is started")
    while not (found := provider.find(key)) and time.monotonic() < end:
        time.sleep(pause)
    return found


def start(spec: JobSpec, ledger: Ledger, provider: Provider, tell: Callable[[str], None]) -> str:
    """Start a job, in one request; where its answer is lost, the job is looked for. A job that certainly is not there
    is no longer intended."""
    try:
        return provider.submit(spec)
    except (RefusedError, UnsureError) as error:
        found = after(error, spec, provider, tell)
        if found:
            return found
        ledger.forget(spec.key)
        if isinstance(error, RefusedError):
            raise
        what = f"{error.what}; the job is not there"
        raise FinetuneError(error.where, what, "run `make finetune` again: it looks first, then starts it") from None


def after(error: RequestError, spec: JobSpec, provider: Provider, tell: Callable[[str], None]) -> str | None:
    """The job, after a request for it that was not answered well; None where it is not there."""
    unsure = isinstance(error, UnsureError)
    try:
        return settle(spec.key, provider, tell) if unsure else provider.find(spec.key)
    except NoLookUpError as blind:
        if not unsure:
            return None
        what = f"{error.what}: whether the job was started is not known, and {blind.what}"
        raise FinetuneError(error.where, what, BY_HAND) from None
    except RequestError as silent:
        what = f"{error.what}; then {silent.what}: whether the job was started is not known"
        raise FinetuneError(error.where, what, "run `make finetune` again: it looks for it first") from None
