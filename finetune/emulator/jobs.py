"""/v1/fine-tuning/jobs: every accepted request makes a job, and a bill."""

import threading
import time
from typing import Annotated, Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from finetune.emulator.answers import answered, new_id, now, page, read_json, refuse
from finetune.emulator.front import FATE
from finetune.emulator.models import base_of
from finetune.emulator.records import ENDED, Dataset, Fate, FineTuning
from finetune.emulator.stages import advance, cancelled, told
from finetune.emulator.store import Shelf
from finetune.emulator.training import DEFAULTS, Training, wrong_setting

AT_ONCE = 2
"""Jobs that are trained at once; more wait in the queue."""
HIDDEN = ("number", "entered", "billed_usd", "seen", "weights", "fate", "events")
Text = Annotated[str, msgspec.Meta(max_length=512)]


class NewJob(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client asks for."""

    training_dataset_id: Text
    base_model: Text
    suffix: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}\Z")]
    description: Annotated[str, msgspec.Meta(max_length=4096)] | None = None
    hyperparameters: dict[str, int | float] = {}
    metadata: Annotated[dict[Annotated[str, msgspec.Meta(max_length=64)], Text], msgspec.Meta(max_length=16)] = {}


class Jobs:
    """Jobs, and the steps that they take. Records are replaced under the lock, and read without it."""

    def __init__(self, shelf: Shelf[FineTuning], datasets: Shelf[Dataset], training: Training, seconds: float) -> None:
        self.shelf, self.datasets, self.training, self.seconds = shelf, datasets, training, seconds
        self.lock, self.halted = threading.Lock(), False

    def routes(self) -> list[Route]:
        path = "/v1/fine-tuning/jobs"
        return [
            Route(path, self.create, methods=["POST"]),
            Route(path, self.listed),
            Route(f"{path}/{{id}}", self.one),
            Route(f"{path}/{{id}}/events", self.events),
            Route(f"{path}/{{id}}/cancel", self.cancel, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        asked = await read_json(request, NewJob)
        fate = request.headers.get(FATE.decode())
        return answered(shown(await run_in_threadpool(self.put, asked, msgspec.convert(fate, Fate | None))))

    def put(self, asked: NewJob, fate: Fate | None) -> FineTuning:
        dataset, base = self.datasets.get(asked.training_dataset_id), base_of(asked.base_model)
        if wrong := wrong_setting(asked.hyperparameters):
            refuse(400, f"hyperparameters: {wrong}")
        epochs = asked.hyperparameters.get("epochs", DEFAULTS["epochs"])
        with self.lock:
            job = FineTuning(
                **msgspec.structs.asdict(asked),
                id=new_id("ftjob"),
                number=len(self.shelf.all()) + 1,
                created_at=now(),
                entered=time.time(),
                billed_usd=dataset.tokens * epochs * (base.price.training or 0) / 1_000_000,
                fate=fate,
            )
            return self.shelf.put(told(job, "queued", "waits for its turn", 0))

    async def listed(self, request: Request) -> Response:
        return page(request, [shown(job) for job in self.shelf.newest()])

    async def one(self, request: Request) -> Response:
        return answered(shown(self.shelf.get(request.path_params["id"])))

    async def events(self, request: Request) -> Response:
        events = self.shelf.get(request.path_params["id"]).events
        return page(request, [msgspec.to_builtins(event) for event in events], default=100)

    async def cancel(self, request: Request) -> Response:
        return answered(shown(await run_in_threadpool(self.stop, request.path_params["id"])))

    def stop(self, name: str) -> FineTuning:
        with self.lock:
            job = self.shelf.get(name)
            if job.status in ENDED:
                refuse(400, f"{name} has ended: {job.status}")
            self.training.cancel(job)
            return self.shelf.put(cancelled(job))

    def step(self) -> None:
        """Take every job that has not ended one step further."""
        for name in self.running():
            with self.lock:
                if self.halted:
                    return
                job = self.shelf.records[name]
                busy = [one for one in self.running() if self.shelf.records[one].status != "queued"]
                further = job if job.status in ENDED else advance(job, self.training, self.seconds, len(busy) < AT_ONCE)
                if further != job:
                    self.shelf.put(further)
                if further.status in ENDED:
                    self.training.stop(further)

    def running(self) -> list[str]:
        return [job.id for job in self.shelf.all() if job.status not in ENDED]

    def halt(self) -> None:
        """End the workers; the jobs stay as they are."""
        with self.lock:
            self.halted = True
            for name in self.running():
                self.training.stop(self.shelf.records[name])


def shown(job: FineTuning) -> dict[str, Any]:
    """A job as the API writes it."""
    fields = {name: value for name, value in msgspec.structs.asdict(job).items() if name not in HIDDEN}
    return {"type": "fine_tuning_job", **fields}
