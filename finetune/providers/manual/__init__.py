"""The way over a web console: writes a bundle for a person, who trains there; the model then answers over the API."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from finetune.credentials import credential
from finetune.errors import FinetuneError, RequestError
from finetune.providers.anthropic.asking import Asking
from finetune.providers.anthropic.client import KEY, Client
from finetune.providers.anthropic.preflight import lives
from finetune.providers.manual.bundle import STEPS, files_of, write_bundle
from finetune.providers.manual.connection import SECTION, read_connection
from finetune.records.job import Job, JobSpec, JobState

HOW = "then `make record MODEL_ID=…` (and JOB_ID=…) records the model that it made"


def connect(store: Path, models: Path, connection: Mapping[str, Any]) -> "Manual":
    return Manual(connection)


class Manual(Asking):
    """Jobs are bundles on this machine, and a person is who runs them: there is nothing to look at, and to stop."""

    poll_seconds, settle_seconds = 0.0, 0.0

    def __init__(self, connection: Mapping[str, Any]) -> None:
        self.folder, reached = read_connection(connection)
        super().__init__(Client(reached))
        self.name = reached.job_name

    def check(self, spec: JobSpec) -> Sequence[str]:
        """What can be known without a key is nothing, and training needs none; with one, how long the model lives."""
        if not credential(KEY):
            return [f"{KEY} is not set: training in a console needs none; the tuned model is asked with it afterwards"]
        try:
            return list(lives(self.client, spec.base_model, f"{SECTION}.base_model"))
        except RequestError as error:
            return [f"how long {spec.base_model} lives could not be asked: {error.what}"]

    def submit(self, spec: JobSpec) -> str:
        job_id = job_id_of(spec.key)
        write_bundle(self.folder / job_id, files_of(spec, self.name, self.folder / job_id))
        return job_id

    def find(self, key: str) -> str | None:
        return job_id_of(key) if (self.folder / job_id_of(key)).exists() else None

    def get(self, job: Job) -> JobState:
        steps = self.folder / job_id_of(job.spec.key) / STEPS
        where = f"follow {steps}" if steps.exists() else f"`make finetune` writes {steps}, to follow"
        return JobState("queued", needs=f"{where}; {HOW}")

    def resume(self, job: Job) -> None:
        """Any machine can have the bundle; the rest is a person's."""
        self.submit(job.spec)

    def cancel(self, job: Job) -> JobState:
        fix = f"stop it there; a new one is asked for with submit.attempt: {job.spec.attempt + 1} in params.yaml"
        raise FinetuneError(job.job_id, "only who started it in the console can stop it", fix)


def job_id_of(key: str) -> str:
    """The same key is the same bundle, so its id follows from it."""
    return f"manual-{key[:16]}"
