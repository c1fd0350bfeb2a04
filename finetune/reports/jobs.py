"""Jobs of an account and their events, in words, for the terminal."""

from collections.abc import Mapping, Sequence

import msgspec

from finetune.errors import printable
from finetune.foreseeing import Foreseen
from finetune.providers.anthropic.jobs import KEY
from finetune.providers.anthropic.records import FineTuning, Happened, Trouble
from finetune.providers.anthropic.states import explained
from finetune.records.job import Entry
from finetune.reports.money import estimate_lines

HEAD = ("id", "status", "base model", "suffix or model", "created", "ours")


def ours(job: FineTuning, ledger: Mapping[str, Entry]) -> str:
    """Whether the ledger has the job, or another clone started it; empty for one that is not ours."""
    key = (job.metadata or {}).get(KEY)
    if job.id in ledger:
        return f"in the ledger ({ledger[job.id].spec.key[:16]})"
    return f"not in the ledger, but with a key ({str(key)[:16]})" if key else ""


def made_of(job: FineTuning) -> str:
    """The model, once it is made; before that, what its id will have in it."""
    return job.fine_tuned_model or job.suffix or ""


def job_table(jobs: Sequence[FineTuning], ledger: Mapping[str, Entry]) -> list[str]:
    """A line per job, in columns: none is cut, however narrow the terminal."""
    rows = [
        (
            job.id,
            job.status,
            job.base_model,
            made_of(job),
            job.created_at,
            ours(job, ledger),
        )
        for job in jobs
    ]
    cells = [[printable(cell or "") for cell in row] for row in (HEAD, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def job_lines(job: FineTuning, ledger: Mapping[str, Entry]) -> list[str]:
    """All that is known of one job."""
    known = {
        "base model": job.base_model,
        "suffix": job.suffix,
        "model": job.fine_tuned_model,
        "created": job.created_at,
        "error": why(job.error, ledger.get(job.id)),
        "ours": ours(job, ledger) or "no: nobody started it from here",
    }
    lines = [f"{job.id}: {job.status}", *(f"  {name}: {value}" for name, value in known.items() if value)]
    return [printable(line) for line in lines]


def why(error: Trouble | None, entry: Entry | None) -> str:
    """Why a job failed; with our files' names, where it is ours."""
    if entry:
        return explained(error, entry.spec)
    return ": ".join(filter(None, (error.code, error.message))) if error else ""


def event_line(event: Happened) -> str:
    metrics = event.metrics
    figures = {
        "epoch": metrics and metrics.epoch,
        "loss": metrics and metrics.training_loss,
        "validation loss": metrics and metrics.validation_loss,
    }
    told = ", ".join(f"{name} {value:.6g}" for name, value in figures.items() if value is not None)
    return printable(
        f"{event.progress or 0:3.0f} %  {event.stage or ''}: {event.message or ''}" + (f" ({told})" if told else "")
    )


def goes_on(differs: Sequence[str], provider: str) -> str:
    """Whether the pipeline takes a job up; `differs` is why not, `provider` who trains by params.yaml."""
    run = "`make finetune`" if provider == "anthropic" else "`make finetune PROVIDER=anthropic`"
    if not differs:
        return f"{run} takes this job up: it waits for it, and records its model"
    return f"{run} will not take this job up, and would start another: {'; '.join(differs)}"


def foreseen_lines(found: Foreseen) -> list[str]:
    """What would be sent, what it may cost, and what is there already."""
    lines = [f"note: {note}" for note in found.notes]
    if there := found.in_ledger or found.at_provider:
        where = "in the ledger" if found.in_ledger else "at the provider"
        return [*lines, f"{there} is {where} already: nothing would be sent", f"key: {found.key}"]
    if found.intended:
        lines.append("a run was cut off: the job would be looked for before one is started")
    upload = f"dataset: {found.dataset}, uploaded before" if found.dataset else "dataset: both files would be uploaded"
    lines += [
        upload,
        f"would be sent: POST {found.path}",
        msgspec.json.format(msgspec.json.encode(found.body)).decode(),
    ]
    lines += estimate_lines(found.price) if found.price else []
    lines += [f"it would stop before anything is sent: {found.stops}"] if found.stops else []
    return [*lines, f"key: {found.key}", "nothing was sent"]
