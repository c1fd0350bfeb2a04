"""Who is told when a job has ended, and what."""

import msgspec


class Notify(msgspec.Struct, frozen=True):
    """`webhook` is an address that takes a POST of JSON, or `$NAME`: the environment variable that has it, since many
    of these are secret. `command` is a program and its arguments, as one line. What is None tells nobody."""

    webhook: str | None = None
    command: str | None = None


class Notice(msgspec.Struct, frozen=True):
    """What became of a job: `text` says it in a line; chat services show that."""

    text: str
    job_id: str
    status: str
    model_id: str = ""
    reason: str = ""
