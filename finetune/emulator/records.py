"""What the emulator remembers, each in a file of its own."""

from typing import Literal

import msgspec

Status = Literal["queued", "validating", "training", "evaluation", "deployment", "succeeded", "failed", "cancelled"]
ENDED: tuple[Status, ...] = ("succeeded", "failed", "cancelled")
Fate = Literal["late-validation-failure", "stuck-in-queue", "fails-at-90", "no-model-id"]


class Dataset(msgspec.Struct, frozen=True):
    """An upload. `number` is its place in the order of uploads; `tokens` an estimate, of one epoch."""

    id: str
    number: int
    name: str
    created_at: str
    training_examples: int
    validation_examples: int
    tokens: float


class Metrics(msgspec.Struct, frozen=True):
    epoch: int
    training_loss: float | None
    validation_loss: float | None


class JobEvent(msgspec.Struct, frozen=True):
    """A step of a job. `progress` is of the whole job, from 0 to 100."""

    id: str
    created_at: str
    stage: str
    message: str
    progress: float
    metrics: Metrics | None = None
    type: str = "fine_tuning_event"


class JobError(msgspec.Struct, frozen=True):
    code: str
    message: str


class FineTuning(msgspec.Struct, frozen=True, kw_only=True):
    """A job. What is below `error` is not shown to anyone.

    `entered` is when its stage began (seconds), `seen` how many of the trainer's events are told, `weights` the
    trainer's id of the model, `fate` what a fault makes of it.
    """

    id: str
    training_dataset_id: str
    base_model: str
    suffix: str
    description: str | None
    hyperparameters: dict[str, int | float]
    metadata: dict[str, str]
    created_at: str
    status: Status = "queued"
    finished_at: str | None = None
    fine_tuned_model: str | None = None
    error: JobError | None = None
    number: int
    entered: float
    billed_usd: float
    seen: int = 0
    weights: str = ""
    fate: Fate | None = None
    events: tuple[JobEvent, ...] = ()


class RequestCounts(msgspec.Struct, frozen=True):
    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    number: int
    created_at: str
    expires_at: str
    request_counts: RequestCounts
    processing_status: Literal["in_progress", "canceling", "ended"] = "in_progress"
    cancel_initiated_at: str | None = None
    ended_at: str | None = None
    billed_usd: float = 0.0


class Counted(msgspec.Struct):
    """What no other record tells: answered messages, their bill, and requests by method and path."""

    messages: int = 0
    billed_usd: float = 0.0
    requests: dict[str, int] = {}
