"""Waits for a job to end, whoever started it."""

import time
from collections.abc import Callable

import msgspec

from finetune.errors import FinetuneError, PersonNeededError, RefusedError
from finetune.providers import Provider
from finetune.records.job import ENDS, Job, JobState, Told

SLICE = 0.5
"""Seconds between two looks at whether somebody still waits for us."""


def wait(
    job: Job,
    provider: Provider,
    show: Callable[[JobState], None],
    check: Callable[[], None],
    told: Told | None = None,
) -> JobState:
    """The job's last state, once it has ended; `show` gets every state on the way. Starts nothing that could cost.

    `check` is called all the while, and raises where the waiting is to end. Once a person has told the job's model, it
    has succeeded, whatever the provider knows. PersonNeededError where there is nothing to wait for.
    """
    while True:
        check()
        state = with_told(job, provider, told) if told else provider.get(job)
        show(state)
        if state.status in ENDS:
            check()
            return state
        provider.resume(job)
        if state.needs:
            raise PersonNeededError(job.job_id, "it waits for a person", state.needs)
        end = time.monotonic() + provider.poll_seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, SLICE))
            check()


def with_told(job: Job, provider: Provider, told: Told) -> JobState:
    """The job's state as its provider has it, with what a person told; one that has no such job is no hindrance."""
    try:
        state = provider.get(job)
    except RefusedError as error:
        if error.passes:
            raise
        state = JobState("succeeded")
    retires = state.base_model_retires or told.base_model_retires
    ended = msgspec.structs.replace(state, status="succeeded", reason="", needs="", base_model_retires=retires)
    return msgspec.structs.replace(ended, model_id=told.model_id)


def succeeded(job: Job, state: JobState) -> str:
    """The id of the model that the job made; an error with the way on where there is none."""
    if state.status == "succeeded" and state.model_id:
        return state.model_id
    if state.status == "succeeded":
        way_on = "look for it in the provider's console, then `make record MODEL_ID=…`"
        raise FinetuneError(job.job_id, "it succeeded, but the provider does not say which model it made", way_on)
    raise FinetuneError(
        job.job_id,
        f"{state.status}: {state.reason or 'the provider gives no reason'}",
        f"mend the cause; then set submit.attempt to {job.spec.attempt + 1} in params.yaml and run `make finetune`, "
        "which starts a new job",
    )
