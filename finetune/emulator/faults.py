"""What goes wrong, and at which request: the list of faults, read from a file or taken while the emulator runs."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from finetune.errors import unusable

JOBS = "/v1/fine-tuning/jobs"
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


def read_faults(path: Path) -> list[Fault]:
    """A JSON list, or a TOML file of [[faults]]."""
    try:
        text = path.read_text(encoding="utf-8")
        value = tomllib.loads(text) if path.suffix == ".toml" else msgspec.json.decode(text)
    except FileNotFoundError:
        raise unusable(str(path), "no such file", "name a JSON or TOML file of faults") from None
    except (ValueError, RecursionError) as error:
        at = re.search(r" \(byte (\d+)\)", str(error))
        line = f":{text.encode()[: int(at[1])].count(10) + 1}" if at else ""
        raise unusable(f"{path}{line}", str(error), "write a JSON list, or TOML with [[faults]]") from None
    return to_faults(value, str(path))


def to_faults(value: Any, where: str) -> list[Fault]:
    """Faults of a list, or of an object whose `faults` is one; one that is wrong is told with its place."""
    listed = value["faults"] if isinstance(value, dict) and set(value) == {"faults"} else value
    if not isinstance(listed, list):
        raise unusable(where, "not a list of faults", "write a JSON list, or TOML with [[faults]]")
    return [to_fault(one, f"{where}: fault {number}") for number, one in enumerate(listed, start=1)]


def to_fault(value: Any, where: str) -> Fault:
    try:
        fault: Fault = msgspec.convert(value, Fault)
    except msgspec.ValidationError as error:
        known = ", ".join(sorted(name_of_kind(kind) for kind in Fault.__args__))
        raise unusable(where, str(error), f"known faults: {known}") from None
    try:
        jobs = re.fullmatch(fault.path, JOBS)
    except re.error as error:
        raise unusable(f"{where}: path", f"no regular expression ({error})", f"such as {JOBS}") from None
    if (fault.request is None) is not fault.every:
        raise unusable(where, "it needs either `request` or `every`", '"request": 1, or "every": true')
    if isinstance(fault, Fated) and not (fault.method == "POST" and jobs):
        raise unusable(where, f"{name_of(fault)} is decided when a job is made", f"write it for POST {JOBS}")
    return fault


def name_of_kind(kind: type[Fault]) -> str:
    return str(kind.__struct_config__.tag)


class Schedule:
    """The faults in force, how many requests each saw, and how often each kind struck."""

    def __init__(self, faults: list[Fault]) -> None:
        self.struck: Counter[str] = Counter()
        self.replace(faults)

    def replace(self, faults: list[Fault]) -> None:
        self.faults, self.seen = faults, [0] * len(faults)

    def strike(self, method: str, path: str) -> Fault | None:
        """The first fault of the list that is due at this request; every one that matches counts it."""
        due = None
        for place, fault in enumerate(self.faults):
            if fault.method == method and re.fullmatch(fault.path, path):
                self.seen[place] += 1
                due = due or (fault if fault.every or fault.request == self.seen[place] else None)
        if due is not None:
            self.struck[name_of(due)] += 1
        return due
