"""Waits for a job to end, whoever started it."""

import time
from collections.abc import Callable

from finetune.errors import FinetuneError
from finetune.providers import Provider
from finetune.records.job import ENDS, Job, JobState

SLICE = 0.5
"""Seconds between two looks at whether somebody still waits for us."""


def wait(job: Job, provider: Provider, show: Callable[[JobState], None], check: Callable[[], None]) -> JobState:
    """The job's last state, once it has ended; `show` gets every state on the way. Starts nothing that could cost.

    `check` is called all the while, and raises where the waiting is to end.
    """
    while True:
        check()
        state = provider.get(job)
        show(state)
        if state.status in ENDS:
            check()
            return state
        provider.resume(job)
        end = time.monotonic() + provider.poll_seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, SLICE))
            check()


def succeeded(job: Job, state: JobState) -> str:
    """The id of the model that the job made; an error with the way on where there is none."""
    if state.status == "succeeded" and state.model_id:
        return state.model_id
    if state.status == "succeeded":
        raise FinetuneError(job.job_id, "it succeeded, but has no model id", "ask the provider; nothing was recorded")
    raise FinetuneError(
        job.job_id,
        f"{state.status}: {state.reason or 'the provider gives no reason'}",
        f"mend the cause; then set submit.attempt to {job.spec.attempt + 1} in params.yaml and run `make finetune`, "
        "which starts a new job",
    )
