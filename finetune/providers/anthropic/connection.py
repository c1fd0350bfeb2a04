"""How the provider is reached: `submit.providers.anthropic.connection` of params.yaml."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from finetune.errors import unusable

Path = Annotated[str, msgspec.Meta(pattern=r"^/[A-Za-z0-9/_-]+\Z")]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86400)]
SECTION = "params.yaml: submit.providers.anthropic.connection"


class Connection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contract's paths, the names that jobs get, and how patient and how busy we are.

    `poll_seconds` lie between two looks at a job. A request whose answer was lost may still be carried out for
    `settle_seconds`: so long the job is looked for before it may be started again. Where the API does not answer, a job
    is asked for again for `patience_seconds`, and so long a call waits that is refused for its rate. `answers_at_once`
    are the courses that are answered side by side. `look_up`: false where GET of `jobs` does not list them.
    """

    job_name: Annotated[str, msgspec.Meta(min_length=1, max_length=256)] = "ssi-lego-extraction-v1"
    datasets: Path = "/v1/fine-tuning/datasets"
    jobs: Path = "/v1/fine-tuning/jobs"
    poll_seconds: Seconds = 60
    settle_seconds: Seconds = 60
    timeout_seconds: Seconds = 300
    patience_seconds: Annotated[float, msgspec.Meta(ge=0, le=86400)] = 600
    answers_at_once: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] = 8192
    look_up: bool = True


def read_connection(values: Mapping[str, Any], section: str = SECTION) -> Connection:
    """The values as their record; `section` is where they stand."""
    known = ", ".join(Connection.__struct_fields__)
    if unknown := sorted(str(key) for key in values if key not in Connection.__struct_fields__):
        raise unusable(section, f"unknown: {', '.join(unknown)}", f"known here: {known}")
    try:
        return msgspec.convert(dict(values), Connection)
    except msgspec.ValidationError as error:
        raise unusable(section, str(error), "mend the value") from None
