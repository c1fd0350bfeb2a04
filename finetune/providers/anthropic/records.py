"""What the provider answers, of which everything is checked: an id becomes a file's name, and a model's is recorded."""

from typing import Annotated, Any

import msgspec

from finetune.records.job import DataFile

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}\Z")]
MODEL = r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._:@/-]{0,199}"
ModelId = Annotated[str, msgspec.Meta(pattern=rf"^{MODEL}\Z")]
NoModelYet = Annotated[str, msgspec.Meta(pattern=rf"^({MODEL})?\Z")]
CustomId = Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z0-9_-]{1,64}\Z")]
Text = Annotated[str, msgspec.Meta(max_length=100_000)]
Tokens = Annotated[int, msgspec.Meta(ge=0)]


class Dataset(msgspec.Struct, frozen=True):
    id: Id


class Uploaded(msgspec.Struct, frozen=True):
    """A dataset that was uploaded from here, as this machine remembers it: its id, and what its files were."""

    id: Id
    training: DataFile | None = None
    validation: DataFile | None = None


class Trouble(msgspec.Struct, frozen=True):
    """Why a job failed."""

    code: Text | None = None
    message: Text | None = None


class FineTuning(msgspec.Struct, frozen=True):
    """A job. `status` is whatever the provider says: one that we do not know is shown and waited on."""

    id: Id
    status: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    created_at: Text | None = None
    base_model: Text | None = None
    suffix: Text | None = None
    fine_tuned_model: NoModelYet | None = None
    error: Trouble | None = None
    metadata: dict[str, Any] | None = None


class Metrics(msgspec.Struct, frozen=True):
    epoch: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    training_loss: float | None = None
    validation_loss: float | None = None


class Happened(msgspec.Struct, frozen=True):
    """An event of a job."""

    id: Id
    stage: Text | None = None
    message: Text | None = None
    progress: float | None = None
    metrics: Metrics | None = None


class Named(msgspec.Struct, frozen=True):
    """Of whatever is listed, what the next page begins after."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Jobs(msgspec.Struct, frozen=True):
    """One page of jobs, which others may have started by other means: each is read by itself."""

    data: list[msgspec.Raw]
    has_more: bool = False


class Events(msgspec.Struct, frozen=True):
    """One page of events."""

    data: list[msgspec.Raw]
    has_more: bool = False


class MessageBatch(msgspec.Struct, frozen=True):
    """A batch of messages. Its `results_url` is left out: no address that an answer has is ever asked, with our key."""

    id: Id
    processing_status: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    request_counts: dict[Annotated[str, msgspec.Meta(max_length=64)], Annotated[int, msgspec.Meta(ge=0)]]
    created_at: Text = ""


class MessageBatches(msgspec.Struct, frozen=True):
    """One page of batches."""

    data: list[MessageBatch]
    has_more: bool = False


class Support(msgspec.Struct, frozen=True):
    supported: bool = False


class Capabilities(msgspec.Struct, frozen=True):
    structured_outputs: Support = Support()


class ModelInfo(msgspec.Struct, frozen=True):
    id: ModelId
    lifecycle: Text | None = None
    retires_at: Text | None = None
    capabilities: Capabilities | None = None


class Part(msgspec.Struct, frozen=True):
    type: str
    text: str = ""


class Usage(msgspec.Struct, frozen=True):
    """Tokens of a call; what the cache held, or was told to hold, is not in `input_tokens`."""

    input_tokens: Tokens
    output_tokens: Tokens
    cache_creation_input_tokens: Tokens | None = None
    cache_read_input_tokens: Tokens | None = None


class Answer(msgspec.Struct, frozen=True):
    """A message."""

    content: list[Part]
    stop_reason: str | None = None
    usage: Usage | None = None


class Succeeded(msgspec.Struct, frozen=True, tag="succeeded"):
    message: Answer


class Wrong(msgspec.Struct, frozen=True):
    type: Text = ""
    message: Text = ""


class ErrorBody(msgspec.Struct, frozen=True):
    error: Wrong = Wrong()


class Errored(msgspec.Struct, frozen=True, tag="errored"):
    error: ErrorBody = ErrorBody()


class Canceled(msgspec.Struct, frozen=True, tag="canceled"):
    """A person stopped the batch first."""


class Expired(msgspec.Struct, frozen=True, tag="expired"):
    """A day went by first."""


class Result(msgspec.Struct, frozen=True):
    """A line of a batch's results: what came of one of its requests."""

    custom_id: CustomId
    result: Succeeded | Errored | Canceled | Expired


class Counted(msgspec.Struct, frozen=True):
    input_tokens: int
