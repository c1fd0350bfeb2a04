"""What jobs and calls did cost: a committed file beside the ledger, with a line for each, that only grows."""

import errno
import fcntl
import os
import uuid
from collections.abc import Mapping
from pathlib import Path

from finetune.dataset.cost import cost, price_of, total
from finetune.dataset.key import sha256
from finetune.files.jsonl import dump, read_records
from finetune.files.writing import sync
from finetune.records.estimate import Training
from finetune.records.job import JobSpec
from finetune.records.price import NONE, Mode, Price
from finetune.records.spending import Spending
from finetune.tally import Tally

FILE = "spend.jsonl"
DECIMALS = 6
"""Decimals of USD that are written down: a call can cost far less than a cent."""


def spend(folder: Path, line: Spending) -> None:
    """Append a line, whole or not at all, and sync it before this returns; processes take turns.

    One whose id stands there is not added again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    with path.open("a+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before, data = path.read_bytes(), dump(line).encode()
        if f'"id":"{line.id}"'.encode() in before:
            return
        if before and not before.endswith(b"\n"):
            data = b"\n" + data  # a last line that a person left without its end stays a line of its own
        try:
            if file.write(data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            file.truncate(len(before))
            error.filename = str(path)
            raise
        os.fsync(file.fileno())
    sync(folder)


def spent(folder: Path) -> list[Spending]:
    """Every line, in order; one that stands there twice, as after a merge, counts once. A broken line is an error."""
    path = folder / FILE
    lines = [located.value for located in read_records(path, Spending)] if path.exists() else []
    return list({line.id: line for line in reversed(lines)}.values())[::-1]


def has_line(folder: Path, spec: JobSpec) -> bool:
    """Whether a job is written down, by whichever run."""
    return any(line.key == spec.key for line in spent(folder) if line.kind == "job")


def of_job(spec: JobSpec, training: Training, at: str, generation: int | None) -> Spending:
    """The line of a job that was started just now; `generation` is None where it is for none."""
    return Spending(
        id=f"job-{spec.key}",
        at=at,
        kind="job",
        provider=spec.provider,
        model=spec.base_model,
        input_tokens=training.tokens.rounded(),
        output_tokens=NONE,
        tokens=training.how,
        usd=training.usd and training.usd.rounded(DECIMALS),
        generation=generation,
        key=spec.key,
    )


def of_calls(
    tally: Tally,
    model: str,
    provider: str,
    prices: Mapping[str, Price],
    at: str,
    generation: int | None,
    batch_id: str = "",
) -> Spending:
    """The line of the calls that this run made to one model; or of those of one batch, which has the same id always.

    Calls that are known to cost nothing are told apart by their questions: who rebuilds a generation asks the same ones
    of the same local model, and adds nothing. What costs anything, or may, costs it each time.
    """
    mode: Mode = "batch" if batch_id else "direct"
    price = price_of(prices, model)
    usd = total([cost(tally.charged_input, price.of_input(mode)), cost(tally.output_tokens, price.of_output(mode))])
    asked = sha256(" ".join(sorted(tally.questions)).encode())
    return Spending(
        id=f"calls-{f'{batch_id}-{model}' if batch_id else asked if usd == NONE else uuid.uuid4()}",
        at=at,
        kind="calls",
        provider=provider,
        model=model,
        input_tokens=tally.input_tokens.rounded(),
        output_tokens=tally.output_tokens.rounded(),
        tokens="measured" if tally.is_measured else "estimated",
        usd=usd and usd.rounded(DECIMALS),
        generation=generation,
        calls=tally.asked,
        seconds=round(tally.seconds, 3),
        mode=mode,
    )


def call_seconds(lines: list[Spending], provider: str) -> float | None:
    """How long a call to this provider took, on average over all that were timed; None where none was. Those of a batch
    are not timed."""
    calls = [line for line in lines if line.kind == "calls" and line.provider == provider and line.calls]
    timed = [line for line in calls if line.mode == "direct"]
    return sum(line.seconds for line in timed) / sum(line.calls for line in timed) if timed else None
