"""How a job goes through its stages, one step at a time."""

import secrets
import time

from msgspec.structs import replace

from finetune.emulator.answers import new_id, now
from finetune.emulator.records import FineTuning, JobError, JobEvent, Metrics, Status
from finetune.emulator.training import Training
from finetune.records.job import Event, JobState

AT_90 = JobError("training_failed", "the training job stopped unexpectedly at 90 %")
LATE = JobError("invalid_training_data", "training_data:1: the example was refused by a check that ran late")


def advance(job: FineTuning, training: Training, seconds: float, room: bool) -> FineTuning:
    """The job one step further, or as it is: it stays in each stage for `seconds`, and queued until there is room."""
    waited = time.time() - job.entered >= seconds
    if job.status == "queued":
        go = waited and room and job.fate != "stuck-in-queue"
        return enter(job, "validating", "checking the files", 2) if go else job
    if job.status == "validating":
        return validated(job, training) if waited else job
    if job.status == "deployment":
        return deployed(job) if waited else job
    state = training.state(job)
    job = with_events(job, state)
    if job.status == "failed" or not waited:
        return job
    if state.status in ("failed", "cancelled"):
        return failed(job, JobError("training_failed", state.reason))
    if job.status == "training":
        evaluates = any(event.stage == "evaluation" for event in state.events) or state.status == "succeeded"
        return enter(job, "evaluation", "held against the base model", job.events[-1].progress) if evaluates else job
    if state.status != "succeeded":
        return job
    if job.fate == "fails-at-90":
        return failed(job, AT_90, 90)
    return replace(enter(job, "deployment", state.events[-1].message, 95), weights=state.model_id or "")


def validated(job: FineTuning, training: Training) -> FineTuning:
    wrong = LATE if job.fate == "late-validation-failure" else training.check(job)
    return failed(job, wrong) if wrong else enter(job, "training", "the files are right", 5)


def deployed(job: FineTuning) -> FineTuning:
    model = None if job.fate == "no-model-id" else f"{job.base_model}:{job.suffix}:{secrets.token_hex(3)}"
    job = told(job, "deployment", "the model is ready", 100)
    return replace(job, status="succeeded", finished_at=now(), fine_tuned_model=model)


def with_events(job: FineTuning, state: JobState) -> FineTuning:
    """The job with what its trainer told of this stage since; a stage that comes later waits until it is entered."""
    for event in state.events[job.seen :]:
        if event.stage == "evaluation" and job.status == "training":
            break
        progress = round(5 + 0.9 * event.percent, 1)
        if job.fate == "fails-at-90" and progress >= 90:
            return failed(job, AT_90, 90)
        if event.stage in ("training", "evaluation"):
            job = told(job, event.stage, event.message, progress, event)
        job = replace(job, seen=job.seen + 1)
    return job


def told(job: FineTuning, stage: str, message: str, progress: float, of: Event | None = None) -> FineTuning:
    """The job with one more event."""
    metrics = Metrics(of.epoch, of.loss, of.validation_loss) if of and of.epoch and of.loss is not None else None
    event = JobEvent(new_id("ftevent"), now(), stage, message, progress, metrics)
    return replace(job, events=(*job.events, event))


def enter(job: FineTuning, status: Status, message: str, progress: float) -> FineTuning:
    return replace(told(job, status, message, progress), status=status, entered=time.time())


def failed(job: FineTuning, error: JobError, progress: float | None = None) -> FineTuning:
    progress = job.events[-1].progress if progress is None else progress
    job = told(job, job.status, f"failed: {error.message}", progress)
    return replace(job, status="failed", finished_at=now(), error=error)


def cancelled(job: FineTuning) -> FineTuning:
    job = told(job, job.status, "cancelled", job.events[-1].progress)
    return replace(job, status="cancelled", finished_at=now())
