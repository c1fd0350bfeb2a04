"""What the provider says of a job, as our pipeline records it."""

import re
from collections.abc import Sequence

from finetune.providers.anthropic.explained import one_line
from finetune.providers.anthropic.records import FineTuning, Happened, Metrics, Trouble
from finetune.records.job import ENDS, Event, JobSpec, JobState, Status

STAGES = ("uploading", "queued", "validating", "training", "evaluation", "deployment")
FIXES = {
    "invalid_training_data": "`python -m finetune lint` shows the line and what is wrong with it",
    "invalid_validation_data": "`python -m finetune lint` shows the line and what is wrong with it",
    "insufficient_data": "add corrections or courses: validate.fewest_training is what our own check asks for",
    "rate_limit_error": "the quota is used up: wait, or ask for a higher limit",
    "billing_error": "add credit or a payment method in the console",
    "training_failed": "the data was accepted: it may work when tried again",
}


def state_of(job: FineTuning, happened: Sequence[Happened], spec: JobSpec, retires: str = "") -> JobState:
    """A status that is unknown is shown as a stage, and waited on: it is not for us to guess what it means."""
    events, stage = tuple(map(event_of, happened)), one_line(job.status)
    if job.status in ENDS:
        status: Status = next(end for end in ENDS if end == job.status)
        reason = explained(job.error, spec) if status == "failed" else ""
        return JobState(status, events, job.fine_tuned_model or None, reason, base_model_retires=retires)
    if not events or events[-1].stage != stage:
        percent = events[-1].percent if events else 0.0
        note = "" if job.status in STAGES else "a status that we do not know: it is waited on"
        events = (*events, Event(stage, percent, note))
    return JobState("queued" if job.status == "queued" else "running", events)


def event_of(event: Happened) -> Event:
    metrics = event.metrics or Metrics()
    percent = min(max(event.progress or 0.0, 0.0), 100.0)
    stage, message = one_line(event.stage or "", 64), one_line(event.message or "")
    return Event(stage, percent, message, metrics.epoch, metrics.training_loss, metrics.validation_loss)


def explained(error: Trouble | None, spec: JobSpec) -> str:
    """Why a job failed, with our files in the place of the provider's names for them, and the way on."""
    if error is None or not (error.code or error.message):
        return ""
    code, said = one_line(error.code or "", 64), one_line(error.message or "")
    for side, file in (("training", spec.training), ("validation", spec.validation)):
        said = f"{file.path}:".join(re.split(rf"\b{side}_data(?:\.jsonl)?:", said))
    fix = FIXES.get(code, "")
    return ": ".join(filter(None, (code, said))) + (f" ({fix})" if fix else "")
