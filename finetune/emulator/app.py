"""The server behind the front: every path, who may ask, and what an error looks like."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from finetune.emulator.answers import RefusalError, answered, read_json, refuse, refused
from finetune.emulator.batches import Batches
from finetune.emulator.counts import Counts
from finetune.emulator.datasets import Datasets
from finetune.emulator.jobs import Jobs
from finetune.emulator.messages import Messages
from finetune.emulator.models import Models
from finetune.emulator.records import Batch, Dataset, FineTuning
from finetune.emulator.schedule import Schedule, to_faults
from finetune.emulator.store import Shelf
from finetune.emulator.training import Training, models_of
from finetune.errors import FinetuneError


class KeyNeeded:
    """Lets nothing of the API through without a key. Any key will do; none is looked at further, or written down.

    The SDK 2.12 sends it as a bearer token, others in `x-api-key`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        headers = Request(scope).headers
        given = headers.get("x-api-key", "") or headers.get("authorization", "").removeprefix("Bearer")
        if scope["path"].startswith("/v1/") and not given.strip():
            app = refused(RefusalError(401, "x-api-key header is required"))
        await app(scope, receive, send)


class Emulator:
    """All that is behind the front, on one folder. `seconds` is the shortest time in a stage of a job."""

    def __init__(self, store: Path, schedule: Schedule, seconds: float) -> None:
        self.schedule, self.counts = schedule, Counts(store, schedule)
        self.datasets = Shelf(store / "datasets", Dataset, "dataset")
        self.tunings = Shelf(store / "jobs", FineTuning, "job")
        self.sent = Shelf(store / "batches", Batch, "batch")
        local = models_of(store)
        models = Models(self.tunings)
        messages = Messages(models, local, self.counts)
        self.jobs = Jobs(self.tunings, self.datasets, Training(local, self.datasets), seconds)
        self.batches = Batches(self.sent, messages, seconds)
        parts = (Datasets(self.datasets), self.jobs, models, messages, self.batches)
        own = [
            Route("/emulator/counts", self.told),
            Route("/emulator/faults", self.replace_faults, methods=["POST"]),
        ]
        self.app = Starlette(
            routes=[*(route for part in parts for route in part.routes()), *own],
            middleware=[Middleware(KeyNeeded)],
            exception_handlers={RefusalError: on_refusal, HTTPException: on_http, Exception: on_error},
        )
        self.app.router.redirect_slashes = False

    async def told(self, request: Request) -> Response:
        return answered(self.counts.told(self.datasets, self.tunings, self.sent))

    async def replace_faults(self, request: Request) -> Response:
        try:
            faults = to_faults(await read_json(request, object), "the body")
        except FinetuneError as error:
            refuse(400, str(error))
        self.schedule.replace(faults)
        return answered({"faults": len(faults)})


async def on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalError)
    return refused(error)


async def on_http(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: an unknown path, a wrong method, a multipart body that is none."""
    assert isinstance(error, HTTPException)
    return refused(RefusalError(error.status_code, str(error.detail)))


async def on_error(request: Request, error: Exception) -> Response:
    """A mistake of the emulator's own: its traceback is on standard error."""
    return refused(RefusalError(500, f"the emulator itself is wrong: {type(error).__name__}"))
