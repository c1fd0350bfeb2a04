"""A running emulator, and a client of the SDK for it."""

import json
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anthropic

from tests.conftest import SKILL
from tests.imports import ROOT

KEY = "sk-nobody-may-write-this-down"
JOBS, DATASETS = "/v1/fine-tuning/jobs", "/v1/fine-tuning/datasets"
ENDED = ("succeeded", "failed", "cancelled")


class Object(anthropic.BaseModel):
    """Whatever an undocumented endpoint answers with."""

    id: str | None = None


class Emulator:
    """`python -m finetune emulator` in a process of its own, with its state in `folder`."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder, self.arguments, self.log = folder, arguments, folder.parent / f"{folder.name}.log"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "finetune", "emulator", "--store", str(self.folder), *self.arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), self.log.read_text(encoding="utf-8")
        self.port = int(self.url.rpartition(":")[2])
        self.client = anthropic.Anthropic(api_key=KEY, base_url=self.url, max_retries=0)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        code = self.process.wait(timeout=20)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def get(self, path: str) -> Any:
        return self.client.get(path, cast_to=object)

    def post(self, path: str, body: object) -> Any:
        return self.client.post(path, cast_to=object, body=body)

    def counts(self) -> Any:
        return self.get("/emulator/counts")

    def faults(self, *faults: dict[str, object]) -> None:
        self.post("/emulator/faults", list(faults))

    def upload(self, training: bytes, validation: bytes | None = None) -> str:
        """The id of a new dataset."""
        files = [("training_data", ("training.jsonl", training, "application/jsonl"))]
        if validation is not None:
            files.append(("validation_data", ("validation.jsonl", validation, "application/jsonl")))
        headers = {"Content-Type": "multipart/form-data"}
        dataset = self.client.post(
            DATASETS, cast_to=Object, body={"name": "course"}, files=files, options={"headers": headers}
        )
        assert dataset.id
        return dataset.id

    def job(self, dataset: str, **more: object) -> Any:
        asked = {"base_model": "claude-haiku-4-5", "suffix": "lego", "hyperparameters": {"epochs": 2}} | more
        return self.post(JOBS, {"training_dataset_id": dataset, **asked})

    def wait(self, job: str, *statuses: str) -> Any:
        """The job, once it has one of these statuses; else once it has ended."""
        deadline = time.monotonic() + 60
        while (found := self.get(f"{JOBS}/{job}"))["status"] not in (statuses or ENDED):
            assert found["status"] not in ENDED and time.monotonic() < deadline, found
            time.sleep(0.05)
        return found

    def events(self, job: str) -> list[Any]:
        found: list[Any] = self.get(f"{JOBS}/{job}/events?limit=1000")["data"]
        return found


@cache
def examples(side: str) -> tuple[bytes, ...]:
    """The Spanish examples that the pipeline makes of this repository's data, a line each."""
    with TemporaryDirectory() as folder:
        names = ("training", "validation", "provenance", "left-out", "metrics")
        files = {name: f"{folder}/{name}.jsonl" for name in names}
        made = [argument for name, path in files.items() for argument in (f"--{name}", path)]
        made += [part for side in ("training", "validation") for part in (f"--{side}-preferences", f"{folder}/{side}")]
        given = [f"--courses={SKILL}/courses", f"--corrections={SKILL}/corrections", f"--prompt={SKILL}/prompt.md"]
        command = [sys.executable, "-m", "scripts.prepare", *given, *made]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        lines = Path(files[side]).read_bytes().splitlines(keepends=True)
    return tuple(line for line in lines if "Spanish" in json.loads(line)["messages"][0]["content"])


def training(number: int = 12) -> bytes:
    return b"".join(examples("training")[:number])
