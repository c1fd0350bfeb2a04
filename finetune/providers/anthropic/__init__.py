"""An Anthropic account with access to fine-tuning, over the contract that README.md documents, through the SDK."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from finetune.errors import FinetuneError, NoAnswerError, RefusedError, UnsureError
from finetune.files.data import read_data
from finetune.providers import Asked
from finetune.providers.anthropic.batches import Batches
from finetune.providers.anthropic.client import Client
from finetune.providers.anthropic.connection import read_connection
from finetune.providers.anthropic.jobs import Account
from finetune.providers.anthropic.messages import Messages
from finetune.providers.anthropic.preflight import look, preflight
from finetune.providers.anthropic.records import Happened
from finetune.providers.anthropic.states import state_of
from finetune.records.batch import BatchState
from finetune.records.dataset import Message
from finetune.records.job import ENDS, Job, JobSpec, JobState
from finetune.records.usage import Reply


def connect(store: Path, models: Path, connection: Mapping[str, Any]) -> "Anthropic":
    return Anthropic(store / "anthropic", connection)


class Anthropic:
    """Jobs run there by themselves, and models stay there."""

    def __init__(self, store: Path, connection: Mapping[str, Any]) -> None:
        self.connection = read_connection(connection)
        self.client = Client(self.connection)
        self.account, self.messages = Account(self.client, store), Messages(self.client)
        self.of_batches = Batches(self.client, self.messages)
        self.poll_seconds, self.settle_seconds = self.connection.poll_seconds, self.connection.settle_seconds
        self.answers_at_once = self.connection.answers_at_once
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
        seen += self.account.events(job.job_id, after=seen[-1].id if seen else None)
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

    def complete(self, model: str, messages: Sequence[Message]) -> str:
        reply = self.reply(model, messages)
        if reply.failed:
            raise NoAnswerError(model, reply.failed)
        return reply.text

    def reply(self, model: str, messages: Sequence[Message]) -> Reply:
        return self.messages.reply(model, messages)

    def split(self, questions: Mapping[str, Asked]) -> Iterator[Mapping[str, Asked]]:
        return self.of_batches.split(questions)

    def send_batch(self, questions: Mapping[str, Asked]) -> str:
        return self.of_batches.send(questions)

    def batches(self, since: str) -> Iterator[BatchState]:
        return self.of_batches.since(since)

    def batch(self, batch_id: str) -> BatchState:
        return self.of_batches.one(batch_id)

    def replies(self, batch_id: str) -> Iterator[tuple[str, Reply]]:
        return self.of_batches.replies(batch_id)

    @property
    def tell(self) -> Callable[[str], None]:
        return self.client.tell

    @tell.setter
    def tell(self, tell: Callable[[str], None]) -> None:
        self.client.tell = tell

    def settings(self, model: str) -> str:
        return self.messages.settings(model)

    def count_tokens(self, model: str, system: str, messages: Sequence[Message]) -> int:
        return self.messages.count_tokens(model, system, messages)

    def retires(self, model: str) -> str:
        """The day on which a model ends; empty where nobody says."""
        try:
            return (look(self.client, model).retires_at or "")[:10]
        except FinetuneError:
            return ""
