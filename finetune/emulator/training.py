"""Training for real: the local provider trains the structured extractor on what was uploaded."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import msgspec

from finetune import extractor
from finetune.dataset.key import sha256
from finetune.emulator.records import Dataset, FineTuning, JobError
from finetune.emulator.store import Shelf
from finetune.errors import FinetuneError
from finetune.extractor.examples import read_lesson
from finetune.files.chats import read_chats
from finetune.providers.local import Local
from finetune.providers.local.store import BASE_MODEL, is_running, job_id_of
from finetune.providers.local.worker import example
from finetune.records.job import DataFile, Job, JobSpec, JobState

FEWEST = 10
DEFAULTS: dict[str, float] = {"epochs": 4, "regularisation": 1.0, "seed": 1}
"""What a job is trained with that does not say otherwise."""


class Training:
    """The trainer's side of jobs: each is a job of the local provider's, of a key of its own."""

    def __init__(self, local: Local, datasets: Shelf[Dataset]) -> None:
        self.local, self.datasets = local, datasets

    def check(self, job: FineTuning) -> JobError | None:
        """What is wrong with a job's files, with the line."""
        for name, fewest in (("training_data", FEWEST), ("validation_data", 0)):
            path = self.datasets.path(job.training_dataset_id, f"{name}.jsonl")
            try:
                lines = read_chats(path)
                for line in lines:
                    read_lesson(example(line), line.where)
            except FinetuneError as error:
                return JobError(f"invalid_{name}", str(error).replace(str(path), name))
            if len(lines) < fewest:
                return JobError("insufficient_data", f"{name}: {len(lines)} examples; at least {fewest}")
        return None

    def state(self, job: FineTuning) -> JobState:
        """How far the trainer is, once it is on its way; a worker that is gone is started again."""
        own = self.job_of(job)
        try:
            self.local.resume(own)
        except FinetuneError as error:
            return JobState("failed", reason=str(error))
        return self.local.get(own)

    def cancel(self, job: FineTuning) -> None:
        self.local.cancel(self.job_of(job))

    def stop(self, job: FineTuning) -> None:
        """End the worker, and leave the job as it is: the next emulator on this folder takes it up."""
        own = self.job_of(job).job_id
        for worker in self.local.started.get(own, []):
            if worker.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
        folder = self.local.store / own
        if is_running(folder):  # one of an emulator that was killed
            with suppress(ProcessLookupError, ValueError):
                os.killpg(int((folder / "lock").read_text()), signal.SIGKILL)

    def job_of(self, job: FineTuning) -> Job:
        key = sha256(job.id.encode())
        files = [self.file(job, name) for name in ("training_data", "validation_data")]
        settings = DEFAULTS | job.hyperparameters
        spec = JobSpec(key, "local", BASE_MODEL, job.suffix, settings, 1, training=files[0], validation=files[1])
        return Job(job_id_of(key), spec)

    def file(self, job: FineTuning, name: str) -> DataFile:
        path = self.datasets.path(job.training_dataset_id, f"{name}.jsonl")
        return DataFile(str(path), sha256(path.read_bytes()), 0)


def wrong_setting(hyperparameters: dict[str, float]) -> str:
    """What is wrong with a job's hyperparameters; empty where nothing is."""
    if unknown := sorted(set(hyperparameters) - set(DEFAULTS)):
        return f"{unknown[0][:100]}: unknown; known: {', '.join(DEFAULTS)}"
    try:
        settings = msgspec.convert(DEFAULTS | hyperparameters, extractor.Settings, strict=False)
    except msgspec.ValidationError as error:
        return str(error)
    return "" if settings.epochs <= 100 else "epochs: at most 100"


def models_of(folder: Path) -> Local:
    """The local provider on the emulator's folder; it has no models but those that it trained there."""
    return Local(folder / "local", folder / "local")
