"""An Anthropic account with access to fine-tuning, over the contract that README.md documents, through the SDK."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from finetune.errors import FinetuneError, RefusedError, UnsureError
from finetune.files.data import read_data
from finetune.providers.anthropic.asking import Asking
from finetune.providers.anthropic.client import Client
from finetune.providers.anthropic.connection import read_connection
from finetune.providers.anthropic.jobs import Account
from finetune.providers.anthropic.preflight import preflight
from finetune.providers.anthropic.records import Happened
from finetune.providers.anthropic.states import state_of
from finetune.records.job import ENDS, Job, JobSpec, JobState


def connect(store: Path, models: Path, connection: Mapping[str, Any]) -> "Anthropic":
    return Anthropic(store / "anthropic", connection)


class Anthropic(Asking):
    """Jobs run there by themselves, and models stay there."""

    profile = "anthropic"

    def __init__(self, store: Path, connection: Mapping[str, Any]) -> None:
        self.connection = read_connection(connection)
        super().__init__(Client(self.connection))
        self.account = Account(self.client, store)
        self.poll_seconds, self.settle_seconds = self.connection.poll_seconds, self.connection.settle_seconds
        self.happened: dict[str, list[Happened]] = {}

    def check(self, spec: JobSpec) -> Sequence[str]:
        return list(preflight(self.client, spec.base_model))

    def submit(self, spec: JobSpec) -> str:
        try:
            dataset = self.account.dataset(spec, read_data(spec.training), read_data(spec.validation))
        except UnsureError as error:  # whatever became of the upload, no job was started
            raise RefusedError(error.where, error.what, "run `make finetune` again") from None
        job = self.account.create(spec, dataset)
        try:
            sole = self.account.sole(spec.key)
        except FinetuneError:  # its id is known, and that is what counts
            sole = None
        return sole.id if sole else job.id

    def find(self, key: str) -> str | None:
        found = self.account.sole(key)
        return found.id if found else None

    def get(self, job: Job) -> JobState:
        found, seen = self.account.retrieve(job.job_id), self.happened.setdefault(job.job_id, [])
        more = self.account.events(job.job_id, after=seen[-1].id if seen else None)
        seen += [event for event in more if event.id not in {old.id for old in seen}]
        retires = self.retires(job.spec.base_model) if found.status in ENDS else ""
        return state_of(found, seen, job.spec, retires)

    def resume(self, job: Job) -> None:
        """It goes on by itself."""

    def cancel(self, job: Job) -> JobState:
        try:
            self.account.cancel(job.job_id)
        except RefusedError:
            state = self.get(job)
            if state.status not in ENDS:
                raise
            return state
        return self.get(job)

    def check_job(self, job: Job) -> Sequence[str]:
        return list(self.account.check(job))

    def retires(self, model: str) -> str:
        """The day on which a model ends; empty where nobody says."""
        try:
            return self.ends(model) or ""
        except FinetuneError:
            return ""
