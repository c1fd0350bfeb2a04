"""The built-in provider: trains the structured extractor on this machine, in a process of its own, for nothing."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from finetune import extractor
from finetune.dataset.key import sha256
from finetune.errors import FinetuneError, unusable
from finetune.files.data import read_data
from finetune.files.writing import write
from finetune.providers.local.store import (
    BASE_MODEL,
    MODEL,
    file_name,
    is_running,
    job_id_of,
    last_line,
    model_id,
    read_events,
    read_settings,
)
from finetune.records.dataset import Message
from finetune.records.job import ENDS, Job, JobSpec, JobState

STARTS = 3
"""A worker that dies this often without a word would die again: a person has to look."""


def connect(store: Path, models: Path, connection: Mapping[str, Any]) -> "Local":
    if connection:
        raise unusable("params.yaml: submit.providers.local.connection", "it is on this machine", "leave it out")
    return Local(store / "local", models)


class Local:
    """Jobs are folders: the data as uploaded, the events, and at the end the state. A lock says who works on one."""

    poll_seconds, settle_seconds, patience_seconds, answers_at_once = 0.2, 0.0, 0.0, 1

    def __init__(self, store: Path, models: Path) -> None:
        self.store, self.models = store, models
        self.started: dict[str, list[subprocess.Popen[bytes]]] = {}
        self.loaded: dict[str, extractor.Weights] = {}

    def check(self, spec: JobSpec) -> Sequence[str]:
        if spec.base_model != BASE_MODEL:
            where = "params.yaml: submit.providers.local.base_model"
            raise unusable(where, f"unknown: {spec.base_model}", f"known: {BASE_MODEL}")
        read_settings(spec)
        return ()

    def submit(self, spec: JobSpec) -> str:
        self.check(spec)
        job_id = job_id_of(spec.key)
        self.upload(job_id, spec)
        self.resume(Job(job_id, spec))
        return job_id

    def upload(self, job_id: str, spec: JobSpec) -> None:
        """Copy the data into the job's folder, whole or not at all."""
        folder = self.store / job_id
        if folder.exists():
            return
        self.store.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=self.store, prefix=f".{job_id}."))
        try:
            for name, file in (("training", spec.training), ("validation", spec.validation)):
                write(temporary / f"{name}.jsonl", read_data(file))
            write(temporary / "spec.json", msgspec.json.encode(spec))
            temporary.replace(folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise

    def find(self, key: str) -> str | None:
        job_id = job_id_of(key)
        return job_id if (self.store / job_id).exists() else None

    def get(self, job: Job) -> JobState:
        folder = self.store / job.job_id
        if not folder.exists():
            return JobState("queued", reason="not on this machine: `dvc pull` brings its model, or it is trained again")
        if (folder / "state.json").exists():
            return msgspec.json.decode((folder / "state.json").read_bytes(), type=JobState)
        return JobState("running" if is_running(folder) else "queued", read_events(folder))

    def resume(self, job: Job) -> None:
        """Start a worker unless one works. A machine that never saw the job trains it again, from the same bytes."""
        folder = self.store / job.job_id
        self.upload(job.job_id, job.spec)
        starts = self.started.setdefault(job.job_id, [])
        alive = is_running(folder) or (starts and starts[-1].poll() is None)
        if (folder / "state.json").exists() or alive:
            return
        if len(starts) >= STARTS:
            raise FinetuneError(
                job.job_id,
                f"its worker died {STARTS} times ({last_line(folder / 'worker.log')})",
                "mend the cause and run `make finetune` again: it takes up the same job",
            )
        with (folder / "worker.log").open("ab") as log:
            command = [sys.executable, "-m", f"{__name__}.worker", str(folder)]
            worker = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        starts.append(worker)

    def cancel(self, job: Job) -> JobState:
        folder = self.store / job.job_id
        state = self.get(job)
        if state.status in ENDS or not folder.exists():
            return state
        if is_running(folder):
            os.killpg(int((folder / "lock").read_text()), signal.SIGKILL)
        state = JobState("cancelled", read_events(folder), reason="cancelled by a person")
        write(folder / "state.json", msgspec.json.encode(state))
        return state

    def complete(self, model: str, messages: Sequence[Message]) -> str:
        user = next(message.content for message in messages if message.role == "user")
        return extractor.complete(self.load(model), user)

    def settings(self, model: str) -> str:
        """The source and the solver that answer: another one changes answers without changing a model's id."""
        package = Path(extractor.__file__).parents[1]
        sources = [path for name in ("extractor", "lego", "records") for path in (package / name).rglob("*.py")]
        return sha256(version("scipy").encode() + b"".join(path.read_bytes() for path in sorted(sources)))

    def load(self, model: str) -> extractor.Weights:
        """The weights of a model, by its id, which is also their checksum."""
        if model not in self.loaded:
            self.loaded[model] = extractor.untrained() if model == BASE_MODEL else extractor.loads(self.read(model))
        return self.loaded[model]

    def read(self, model: str) -> bytes:
        if not MODEL.fullmatch(model):
            raise unusable(
                model, "not a model of the local provider", f"its ids look like {BASE_MODEL}:suffix:1a2b3c4d"
            )
        paths = [*sorted(self.store.glob(f"*/{file_name(model)}")), *sorted(self.models.glob(f"*/{file_name(model)}"))]
        if not paths:
            raise unusable(
                model,
                "the model's file is not on this machine",
                "bring it with `dvc pull` (or `dvc get` from its tag) where there is a DVC remote; else make it again: "
                "`git switch --detach gen-N && make finetune && git switch -`",
            )
        for path in paths:
            data = path.read_bytes()
            if model_id(data, model.split(":")[1]) == model:
                return data
        raise unusable(str(paths[-1]), f"changed since it was trained as {model}", "bring it again with `dvc checkout`")
