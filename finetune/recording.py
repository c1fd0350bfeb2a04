"""Records the model that a person tells of a job, once all is checked that can be."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from finetune.errors import FinetuneError, unusable
from finetune.ledger import Ledger
from finetune.providers import KnowsModels, Provider
from finetune.providers.anthropic.records import Id, ModelId
from finetune.records.job import Entry, Job, Told
from finetune.settling import check_id


def record(
    job: Job,
    told: Told,
    replace: bool,
    written: Path,
    ledger: Ledger,
    provider: Provider,
    tell: Callable[[str], None],
) -> bool:
    """Write into the ledger what a person told of the job; whether that is new. FinetuneError, and nothing is written,
    where it cannot be right. `written` is the file in which the stage `record` may have another model's id."""
    with ledger.lock(job.spec.key):
        entry = ledger.read(job.spec.key)
        if entry is None or entry.job_id != job.job_id:
            raise unusable(str(ledger.path(job.spec.key)), f"it does not have {job.job_id}", "restore it from Git")
        check(told, entry, ledger)
        known = recorded_for(entry, provider)
        if known and known != told.model_id and not (replace and entry.told):
            way_on = "REPLACE=1 puts this one in its place" if entry.told else "raise submit.attempt to train another"
            raise unusable("MODEL_ID", f"{known} is recorded as the model of {job.job_id}", way_on)
        if known == told.model_id and not told.job_id:
            return False
        told = msgspec.structs.replace(told, base_model_retires=look(told.model_id, entry, provider, tell))
        forget(written, told.model_id)
        ledger.write(msgspec.structs.replace(entry, told=told))
    return True


def forget(written: Path, model_id: str) -> None:
    """Take away what the stage `record` wrote of another model, so that it runs again: the ledger is no dep of it."""
    if written.exists() and written.read_text(encoding="utf-8").strip() != model_id:
        written.unlink()


def check(told: Told, entry: Entry, ledger: Ledger) -> None:
    """Refuse what is no id, no tuned model, or another job's."""
    check_id(told.model_id, "MODEL_ID", ModelId)
    if told.job_id:
        check_id(told.job_id, "JOB_ID", Id)
    if told.model_id == entry.spec.base_model:
        raise unusable("MODEL_ID", f"{told.model_id} is the base model", "name the one that was tuned from it")
    for other in ledger.entries():
        if other.told and other.spec.key != entry.spec.key:
            if other.told.model_id == told.model_id:
                raise unusable("MODEL_ID", f"{told.model_id} is the model of {other.job_id}", "name that of this job")
            if told.job_id and other.told.job_id == told.job_id:
                raise unusable("JOB_ID", f"{told.job_id} made the model of {other.job_id}", "name this one's")


def recorded_for(entry: Entry, provider: Provider) -> str | None:
    """The model that is known of the job, by a person or by its provider; None where there is none yet. FinetuneError
    where the provider says that there will be none, or that it is not made yet."""
    if entry.told:
        return entry.told.model_id
    state = provider.get(Job(entry.job_id or "", entry.spec))
    if state.status != "succeeded" and not state.needs:
        what = f"it is {state.status}: it has made no model"
        raise FinetuneError(entry.job_id or "", what, "`make finetune` waits for it, or says what became of it")
    return state.model_id


def look(model: str, entry: Entry, provider: Provider, tell: Callable[[str], None]) -> str:
    """The day on which the model ends; empty where nobody says.

    The names that a console gives are not documented: an id that does not begin as we asked for is taken where the
    provider has it, and not on a person's word alone.
    """
    begins, day = f"{entry.spec.base_model}:{entry.spec.suffix}", asked(model, provider, tell)
    if not model.startswith(f"{begins}:"):
        what = f"{model} does not begin with {begins}:"
        if day is None:
            raise unusable("MODEL_ID", f"{what}, and could not be looked up", "copy it again, or set ANTHROPIC_API_KEY")
        tell(f"{what}, but is there: look whether it is the one")
    return day or ""


def asked(model: str, provider: Provider, tell: Callable[[str], None]) -> str | None:
    """The day on which a model ends, empty where nobody says; None where it could not be asked whether there is one."""
    if not isinstance(provider, KnowsModels):
        return None
    try:
        day = provider.ends(model)
    except FinetuneError as error:
        tell(f"whether there is a model {model} could not be asked: {error}")
        return None
    if day is None:
        raise unusable("MODEL_ID", f"the API has no model {model}", "copy it from the console again")
    return day
