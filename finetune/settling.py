"""Ends an intent of which nobody knows what became of it: takes up the job that a person found, or forgets it."""

from collections.abc import Callable

import msgspec

from finetune.errors import FinetuneError, NoLookUpError, unusable
from finetune.ledger import Ledger
from finetune.providers import ChecksJobs, Provider
from finetune.providers.anthropic.records import Id
from finetune.records.job import Entry, Job
from finetune.submission import settle

GOES_ON = "`make finetune` takes it up"


def adopt(
    entry: Entry, job_id: str, ledger: Ledger, provider: Provider, now: Callable[[], str], tell: Callable[[str], None]
) -> None:
    """Write into the ledger that this is the job. FinetuneError, and nothing written, where it cannot be."""
    check_id(job_id, "JOB_ID", Id)
    for other in ledger.entries():
        if other.job_id == job_id:
            raise unusable(job_id, f"the ledger has it as the job of {other.spec.key[:16]}", "name another")
    if isinstance(provider, ChecksJobs):
        for note in provider.check_job(Job(job_id, entry.spec)):
            tell(note)
    elif (found := provider.find(entry.spec.key)) != job_id:
        what = f"{entry.spec.provider} has {found or 'no job'} for {entry.spec.key[:16]}"
        raise unusable(job_id, what, "`make finetune` finds it, or starts it")
    with ledger.lock(entry.spec.key):
        ledger.write(msgspec.structs.replace(still(entry, ledger), job_id=job_id, submitted_at=now()))


def abandon(entry: Entry, ledger: Ledger, provider: Provider, tell: Callable[[str], None]) -> None:
    """Forget the intent, unless the provider has the job. It is asked as long as the job may be on its way."""
    with ledger.lock(entry.spec.key):
        still(entry, ledger)
        try:
            found = settle(entry.spec.key, provider, tell)
        except NoLookUpError as error:
            tell(f"{error.what}: that the job is not there is on your word")
            found = None
        if found:
            raise FinetuneError(found, "it is there, and is not forgotten", GOES_ON)
        ledger.forget(entry.spec.key)


def still(entry: Entry, ledger: Ledger) -> Entry:
    """The entry, which has no id now either; another process may have given it one."""
    now = ledger.read(entry.spec.key)
    if now is None or now.job_id:
        raise FinetuneError(entry.spec.key[:16], f"it is settled: {now.job_id if now else 'forgotten'}", GOES_ON)
    return now


def check_id(text: str, name: str, alphabet: object) -> None:
    """Refuse what is no id; `alphabet` is its type, with a pattern."""
    try:
        msgspec.convert(text, alphabet)
    except msgspec.ValidationError:
        raise unusable(name, f"not an id: {text[:100]!r}", "copy it again, without quotes or spaces") from None
