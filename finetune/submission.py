"""Submits a job exactly once: intent, one call, id; whatever was done before is found and reused."""

from collections.abc import Callable
from typing import Literal

import msgspec

from finetune.ledger import Ledger
from finetune.providers import Provider
from finetune.records.job import Entry, Job, JobSpec

How = Literal["submitted", "found", "known"]
"""submitted: this call started it. found: the provider had it. known: the ledger had it."""


def submit_once(
    spec: JobSpec, ledger: Ledger, provider: Provider, now: Callable[[], str], afford: Callable[[], None]
) -> tuple[Job, How]:
    """The job of this spec, started at most once however often, and from wherever, this is called.

    An intent without an id is an earlier call that was cut off: the provider is asked before anything is sent. `afford`
    is called before a job is intended and started, and raises where it may cost too much; not for one that is there.
    """
    with ledger.lock(spec.key):
        entry = ledger.read(spec.key)
        if entry and entry.job_id:
            return Job(entry.job_id, entry.spec), "known"
        provider.check(spec)
        found = provider.find(spec.key)
        if not found:
            afford()
        if entry is None:
            entry = Entry(spec, intended_at=now())
            ledger.write(entry)
        job_id = found or provider.submit(entry.spec)
        ledger.write(msgspec.structs.replace(entry, job_id=job_id, submitted_at=now()))
        return Job(job_id, entry.spec), "found" if found else "submitted"
