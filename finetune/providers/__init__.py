"""Where models are trained and asked: one module per provider, found by its name."""

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from finetune.errors import unusable
from finetune.records.dataset import Message
from finetune.records.job import Job, JobSpec, JobState


class Provider(Protocol):
    """What every provider module's `connect(store, models)` returns."""

    poll_seconds: float

    def check(self, spec: JobSpec) -> None:
        """Refuse a spec that can be known to be wrong before anything is sent."""

    def submit(self, spec: JobSpec) -> str:
        """Start the job, in one request that is never repeated by itself; return its id."""

    def find(self, key: str) -> str | None:
        """The id of the job that was started with this key; None where there is none."""

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
class CountsTokens(Protocol):
    """What a provider has besides, if it can count tokens: it is asked before anything is paid for."""

    def count_tokens(self, model: str, system: str, messages: Sequence[Message]) -> int:
        """The tokens that this conversation is for this model. FinetuneError where it cannot be told now."""


def names() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


def connect(name: str, store: Path, models: Path) -> Provider:
    """The provider of this name. `store` is a folder of its own, `models` where `record` keeps model files."""
    if name not in names():
        raise unusable("params.yaml: submit.provider", f"unknown: {name}", f"known: {', '.join(names())}")
    provider: Provider = importlib.import_module(f"{__name__}.{name}").connect(store, models)
    return provider
