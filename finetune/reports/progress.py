"""Progress of long work: a live bar on a terminal, a line now and then elsewhere."""

import sys
from types import TracebackType

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from finetune.records.batch import BatchState
from finetune.records.job import JobState
from finetune.reports.program import note, say
from finetune.reports.screen import console


class Steps:
    """`with Steps("answering", 136) as steps:` and `steps.advance("spa_for_eng S0007")` after each."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.done, self.told, self.seen = what, total, 0, 0.0, ""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self.bar = Progress(*columns, console=console, disable=not sys.stdout.isatty())
        self.task = self.bar.add_task(what, total=total)

    def __enter__(self) -> "Steps":
        self.bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.bar.stop()

    def advance(self, now: str) -> None:
        self.done += 1
        self.bar.update(self.task, completed=self.done, description=f"{self.what} {now}")
        if self.bar.disable and (self.done == self.total or self.done >= self.told + self.total / 4):
            self.told = self.done
            console.print(f"{self.what}: {self.done}/{self.total}")

    def show(self, batch: BatchState) -> None:
        """Where a batch is, whose answers are waited for."""
        ended = batch.requests - batch.counts.get("processing", 0)
        counts = ", ".join(f"{number} {name}" for name, number in batch.counts.items() if number)
        line = f"batch {batch.batch_id}: {counts}"
        self.bar.update(self.task, description=f"{self.what} {line}")
        quarter = f"{batch.batch_id} {4 * ended // max(batch.requests, 1)} {batch.ended}"
        if self.bar.disable and quarter != self.seen:
            self.seen = quarter
            say(line)


class JobProgress:
    """`with JobProgress(job_id) as progress:` and `progress.show(state)` at every look."""

    def __init__(self, job_id: str) -> None:
        self.job_id, self.told, self.noted = job_id, "", ""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
        )
        self.bar = Progress(
            *columns, TextColumn("{task.fields[loss]}"), console=console, disable=not sys.stdout.isatty()
        )
        self.task = self.bar.add_task(job_id, total=100, loss="")

    def __enter__(self) -> "JobProgress":
        self.bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.bar.stop()

    def note(self, text: str) -> None:
        """Tell what happened while waiting, once for each that follows another."""
        if text != self.noted:
            self.noted = text
            note(text)

    def show(self, state: JobState) -> None:
        last = state.events[-1] if state.events else None
        stage = last.stage if last and state.status == "running" else state.status
        percent = 100.0 if state.status == "succeeded" else last.percent if last else 0.0
        losses = [event for event in state.events if event.loss is not None]
        loss = f"epoch {losses[-1].epoch}, loss {losses[-1].loss:.4f}" if losses else ""
        if losses and losses[-1].validation_loss is not None:
            loss += f", validation loss {losses[-1].validation_loss:.4f}"
        self.bar.update(self.task, completed=percent, description=f"{self.job_id} {stage}", loss=loss)
        line = f"{self.job_id}: {stage}" + (f" {int(percent // 25) * 25}%" if percent else "")
        if self.bar.disable and line != self.told:
            self.told = line
            say(line + (f" ({loss})" if loss else ""))
