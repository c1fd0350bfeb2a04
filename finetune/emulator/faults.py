"""What can go wrong, and at which request: a class per fault."""

from typing import Annotated, Literal

import msgspec

Seconds = Annotated[float, msgspec.Meta(ge=0, le=600)]


class At(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="fault"):
    """Which request: by method and by the whole path (a regular expression); the one of this number, or every one."""

    method: Literal["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD"]
    path: str
    request: Annotated[int, msgspec.Meta(ge=1)] | None = None
    every: bool = False


class Status(At, frozen=True, tag="status"):
    """An error. `processed`: the request had its effect all the same."""

    code: Annotated[int, msgspec.Meta(ge=400, le=599)]
    retry_after: Annotated[int, msgspec.Meta(ge=0)] | None = None
    processed: bool = False


class BillingLimit(At, frozen=True, tag="billing-limit"):
    code: Literal[400, 403] = 400


class Delay(At, frozen=True, tag="delay"):
    """Processed at once, answered late."""

    seconds: Seconds


class DelayBefore(At, frozen=True, tag="delay-before"):
    """Processed late, whether or not the client still waits."""

    seconds: Seconds


class ResetBefore(At, frozen=True, tag="reset-before"):
    """The connection is reset, and nothing was processed."""


class ResetAfter(At, frozen=True, tag="reset-after"):
    """Processed; then the connection is reset, without an answer."""


class Truncated(At, frozen=True, tag="truncated"):
    """Processed; the answer declares its length, and ends after half of it."""


class WrongBody(At, frozen=True, tag="wrong-body"):
    """Processed; answered with JSON of another shape."""


class NotJson(At, frozen=True, tag="not-json"):
    """Processed; answered with what is no JSON, though it says so."""


class Html(At, frozen=True, tag="html"):
    """Processed; answered with a page and status 200, as a proxy does."""


class NoId(At, frozen=True, tag="no-id"):
    """Processed; the answer's id is null."""


class LateValidationFailure(At, frozen=True, tag="late-validation-failure"):
    """The job that is made fails when its files are checked, though they are right."""


class StuckInQueue(At, frozen=True, tag="stuck-in-queue"):
    """The job that is made stays in the queue, until it is cancelled."""


class FailsAt90(At, frozen=True, tag="fails-at-90"):
    """The job that is made fails at 90 %."""


class NoModelId(At, frozen=True, tag="no-model-id"):
    """The job that is made succeeds, and names no model."""


Fated = LateValidationFailure | StuckInQueue | FailsAt90 | NoModelId
Fault = (
    Status | BillingLimit | Delay | DelayBefore | ResetBefore | ResetAfter | Truncated | WrongBody | NotJson | Html
    | NoId | Fated
)  # fmt: skip


def name_of(fault: Fault) -> str:
    """Its name, as a file has it."""
    return str(fault.__struct_config__.tag)


def names() -> list[str]:
    return sorted(str(kind.__struct_config__.tag) for kind in Fault.__args__)
