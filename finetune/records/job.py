"""A fine-tuning job: what is asked of a provider, what it answers, and what the ledger remembers."""

from typing import Literal

import msgspec

Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]
ENDS: tuple[Status, ...] = ("succeeded", "failed", "cancelled")


class DataFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that a job trains on: where it lies in this repository, its sha256 and how many examples it has."""

    path: str
    sha256: str
    examples: int


class Asked(msgspec.Struct, frozen=True):
    """What a job is asked for besides its data: the params that are in its key, in this order, and no others."""

    provider: str
    base_model: str
    suffix: str
    hyperparameters: dict[str, float]
    attempt: int


class JobSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that makes a job what it is. `key` identifies it, whoever submits it, and however often."""

    key: str
    provider: str
    base_model: str
    suffix: str
    hyperparameters: dict[str, float]
    attempt: int
    training: DataFile
    validation: DataFile


class Job(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A job as its provider knows it: the tracked output of `submit`, a pure function of the job."""

    job_id: str
    spec: JobSpec


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`models/generation-N/model.json`. `base_model_retires` is empty where the provider does not tell."""

    model_id: str
    job: Job
    base_model_retires: str = ""


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A step of a job. `percent` is of the whole job; the losses are per example and epoch."""

    stage: str
    percent: float
    message: str = ""
    epoch: int | None = None
    loss: float | None = None
    validation_loss: float | None = None


class JobState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a job is: its status, its events so far, and, at its end, the model's id or the reason."""

    status: Status
    events: tuple[Event, ...] = ()
    model_id: str | None = None
    reason: str = ""
    files: dict[str, str] = {}
    """Files of the model on this machine, by name; empty for a provider that keeps its models."""
    base_model_retires: str = ""
    """The day on which the base model ends; empty where the provider does not tell."""
    needs: str = ""
    """What a person has to do before the job goes on; empty where it goes on by itself."""


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a person told of a job: the model that it made, and its id in the console, where that is another.

    `base_model_retires` is the day that the provider named then; empty where it did not.
    """

    model_id: str
    at: str
    job_id: str = ""
    base_model_retires: str = ""


class Taught(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a job was started for: its generation (None: for none), and the corrections that its answers rest on."""

    generation: int | None = None
    corrections: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ledger's memory of one job: `job_id` is None between the intent and the answer, `told` until a person tells
    what no provider does. `taught` is as it was when the job was intended."""

    spec: JobSpec
    intended_at: str
    job_id: str | None = None
    submitted_at: str | None = None
    told: Told | None = None
    taught: Taught = Taught()
