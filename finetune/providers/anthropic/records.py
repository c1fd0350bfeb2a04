"""What the provider answers, of which everything is checked: an id becomes a file's name, and a model's is recorded."""

from typing import Annotated, Any

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}\Z")]
ModelId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,199}\Z")]
Text = Annotated[str, msgspec.Meta(max_length=100_000)]


class Dataset(msgspec.Struct, frozen=True):
    id: Id


class Trouble(msgspec.Struct, frozen=True):
    """Why a job failed."""

    code: Text = ""
    message: Text = ""


class FineTuning(msgspec.Struct, frozen=True):
    """A job. `status` is whatever the provider says: one that we do not know is shown and waited on."""

    id: Id
    status: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    created_at: Text = ""
    base_model: Text = ""
    fine_tuned_model: ModelId | None = None
    error: Trouble | None = None
    metadata: dict[str, Any] | None = None


class Metrics(msgspec.Struct, frozen=True):
    epoch: int | None = None
    training_loss: float | None = None
    validation_loss: float | None = None


class Happened(msgspec.Struct, frozen=True):
    """An event of a job."""

    id: Id
    stage: Text = ""
    message: Text = ""
    progress: float = 0.0
    metrics: Metrics | None = None


class Jobs(msgspec.Struct, frozen=True):
    """One page of jobs."""

    data: list[FineTuning]
    has_more: bool = False


class Events(msgspec.Struct, frozen=True):
    """One page of events."""

    data: list[Happened]
    has_more: bool = False


class Support(msgspec.Struct, frozen=True):
    supported: bool = False


class Capabilities(msgspec.Struct, frozen=True):
    structured_outputs: Support = Support()


class ModelInfo(msgspec.Struct, frozen=True):
    id: ModelId
    lifecycle: Text = "active"
    retires_at: Text | None = None
    capabilities: Capabilities | None = None


class Part(msgspec.Struct, frozen=True):
    type: str
    text: str = ""


class Usage(msgspec.Struct, frozen=True):
    """Tokens of a call; what the cache held, or was told to hold, is not in `input_tokens`."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class Answer(msgspec.Struct, frozen=True):
    """A message."""

    content: list[Part]
    stop_reason: str | None = None
    usage: Usage = Usage()


class Counted(msgspec.Struct, frozen=True):
    input_tokens: int
