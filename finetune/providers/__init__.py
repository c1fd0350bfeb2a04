"""Where models are trained and asked: one module per provider, found by its name."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from finetune.errors import unusable
from finetune.files.dvc import Paths
from finetune.files.params import connection_of
from finetune.records.batch import BatchState
from finetune.records.dataset import Message
from finetune.records.job import Job, JobSpec, JobState
from finetune.records.usage import Reply

Asked = tuple[str, Sequence[Message]]
"""A model, and what it is asked."""


class Provider(Protocol):
    """What every provider module's `connect(store, models, connection)` returns.

    A job is looked at every `poll_seconds`. A request to start one, whose answer was lost, may still be carried out for
    `settle_seconds`. One that cannot be reached is asked again for `patience_seconds`. `answers_at_once` courses may be
    answered side by side, from threads.
    """

    poll_seconds: float
    settle_seconds: float
    patience_seconds: float
    answers_at_once: int

    def check(self, spec: JobSpec) -> Sequence[str]:
        """Refuse a spec that can be known to be wrong before anything is sent; else what a person should know."""

    def submit(self, spec: JobSpec) -> str:
        """Start the job, in one request that is never repeated by itself; return its id.

        RefusedError where nothing was started, UnsureError where that is not known.
        """

    def find(self, key: str) -> str | None:
        """The id of the job that was started with this key; None where there is none. NoLookUpError where the provider
        cannot tell."""

    def get(self, job: Job) -> JobState:
        """Where the job is. Changes nothing."""

    def resume(self, job: Job) -> None:
        """Make sure that the job goes on; for a provider whose jobs run by themselves, nothing."""

    def cancel(self, job: Job) -> JobState:
        """Stop the job, unless it has ended; return where it is then."""

    def complete(self, model: str, messages: Sequence[Message]) -> str:
        """The model's answer to a system and a user message.

        NoAnswerError where this one question has none; any other error ends the run.
        """

    def settings(self, model: str) -> str:
        """What besides the model's id and the messages decides an answer, so that kept answers are told apart."""


@runtime_checkable
class TakesProfile(Protocol):
    """What a provider has besides, if it does not take files of any shape: the name of the profile that they have to
    meet, a file of finetune/dataset/profiles."""

    profile: str


@runtime_checkable
class CountsTokens(Protocol):
    """What a provider has besides, if it can count tokens: it is asked before anything is paid for, from threads."""

    answers_at_once: int

    def count_tokens(self, model: str, system: str, messages: Sequence[Message]) -> int:
        """The tokens that this conversation is for this model. FinetuneError where it cannot be told now."""


@runtime_checkable
class CachesPrompts(Protocol):
    """What a provider has besides, if a system prompt that was just sent may cost less: how many times the price of
    input its tokens cost where they are written to a cache, and where they are read from it."""

    cache_written: float
    cache_read: float


@runtime_checkable
class KnowsModels(Protocol):
    """What a provider has besides, if it can be asked which models there are."""

    def ends(self, model: str) -> str | None:
        """The day on which this model ends, empty where nobody says; None where there is no such model. FinetuneError
        where it cannot be told now."""


@runtime_checkable
class ChecksJobs(Protocol):
    """What a provider has besides, if it has jobs that it does not find by their key."""

    def check_job(self, job: Job) -> Sequence[str]:
        """Refuse a job that is not there, or was started for something else; else what a person should know."""


@runtime_checkable
class ReportsUsage(Protocol):
    """What a provider has besides, if it says what a call was charged for."""

    def reply(self, model: str, messages: Sequence[Message]) -> Reply:
        """As `complete`, with the tokens that were counted; an answer that was refused may be charged for, too."""


@runtime_checkable
class AnswersBatches(Protocol):
    """What a provider has besides, if it answers many questions together, within a day and for less.

    A question has a key of 64 hex digits, by which its reply is found.
    """

    batch_poll_seconds: float
    batch_settle_seconds: float

    def split(self, questions: Mapping[str, Asked]) -> Iterator[Mapping[str, Asked]]:
        """The questions, by their keys, in as few batches as the provider takes."""

    def send_batch(self, questions: Mapping[str, Asked]) -> str:
        """Have them answered, in one request that is never repeated by itself; return the batch's id.

        RefusedError where nothing was begun, UnsureError where that is not known.
        """

    def batches(self, since: str) -> Iterator[BatchState]:
        """The batches that were made since then, perhaps with some that are older."""

    def batch(self, batch_id: str) -> BatchState:
        """Where a batch is. Changes nothing."""

    def replies(self, batch_id: str) -> Iterator[tuple[str, Reply]]:
        """What came of a batch that has ended, by the keys, in any order."""


@runtime_checkable
class TellsWaits(Protocol):
    """What a provider has besides, if it may have to wait: `tell` gets it in words, from any thread."""

    tell: Callable[[str], None]


def names() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


def connect_in(paths: Paths, name: str) -> Provider:
    """The provider of this name, with this project's folders, reached as its params.yaml says now."""
    return connect(name, paths.store, paths.models, connection_of(name))


def connect(
    name: str,
    store: Path,
    models: Path,
    connection: Mapping[str, Any] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Provider:
    """The provider of this name. `store` is this machine's own folder, `models` where `record` keeps model files,
    `connection` what params.yaml says of how it is reached. `tell` gets what a person should know meanwhile. Nothing is
    sent yet."""
    if name not in names():
        raise unusable("params.yaml: submit.provider", f"unknown: {name}", f"known: {', '.join(names())}")
    provider: Provider = importlib.import_module(f"{__name__}.{name}").connect(store, models, connection or {})
    if isinstance(provider, TellsWaits):
        provider.tell = tell
    return provider
