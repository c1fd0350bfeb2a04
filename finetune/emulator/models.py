"""The models that the emulator knows, as /v1/models lists them, with their ends and their prices."""

from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from finetune.emulator.answers import answered, page, refuse
from finetune.emulator.records import FineTuning
from finetune.emulator.store import Shelf
from finetune.providers.local.store import BASE_MODEL
from finetune.records.price import Price


class Base(NamedTuple):
    """A base model. Its `price` per token is public, but for `training`: nobody publishes that, so it is made up.

    The day of a deprecation is made up as well.
    """

    id: str
    display_name: str
    line: str
    created_at: str
    price: Price
    lifecycle: str = "active"
    deprecated_at: str | None = None
    retires_at: str | None = None


BASES = {
    base.id: base
    for base in (
        Base("claude-haiku-4-5", "Claude Haiku 4.5", "haiku", "2025-10-15T00:00:00Z", Price(8, 1, 5, 0.5, 2.5)),
        Base(
            "claude-sonnet-4-5",
            "Claude Sonnet 4.5",
            "sonnet",
            "2025-09-29T00:00:00Z",
            Price(24, 3, 15, 1.5, 7.5),
            "deprecated",
            "2026-05-31T00:00:00Z",
            "2026-11-30T00:00:00Z",
        ),
        Base(
            "claude-3-opus",
            "Claude Opus 3",
            "opus",
            "2024-02-29T00:00:00Z",
            Price(120, 15, 75, 7.5, 37.5),
            "retired",
            "2025-06-30T00:00:00Z",
            "2026-01-05T00:00:00Z",
        ),
    )
}


class Tuned(NamedTuple):
    """A model that can be asked: what it is based on, and the trainer's id of its weights."""

    id: str
    base: Base
    weights: str


def base_of(name: str) -> Base:
    """A base model to train: 404 for an unknown one, 400 for a retired one."""
    base = BASES.get(name) or refuse(404, f"model: {name[:100]}")
    if base.lifecycle == "retired":
        refuse(400, f"base_model: {name} is retired")
    return base


class Models:
    """Base models, and those of the jobs that succeeded."""

    def __init__(self, jobs: Shelf[FineTuning]) -> None:
        self.jobs = jobs

    def routes(self) -> list[Route]:
        return [Route("/v1/models", self.listed), Route("/v1/models/{id:path}", self.one)]

    def to_ask(self, name: str) -> Tuned:
        """A model that answers: 404 for an unknown and for a retired one."""
        for job in self.jobs.all():
            if job.fine_tuned_model == name:
                return Tuned(name, BASES[job.base_model], job.weights)
        if name not in BASES or BASES[name].lifecycle == "retired":
            refuse(404, f"model: {name[:100]}")
        return Tuned(name, BASES[name], BASE_MODEL)

    async def listed(self, request: Request) -> Response:
        return page(request, self.shown())

    async def one(self, request: Request) -> Response:
        name = request.path_params["id"]
        found = [model for model in self.shown() if model["id"] == name]
        return answered(found[0]) if found else refuse(404, f"model: {name[:100]}")

    def shown(self) -> list[dict[str, Any]]:
        """The newest first; a tuned model ends with its base model."""
        tuned = [
            info(BASES[job.base_model], job.fine_tuned_model, f"{job.suffix}, tuned", job.finished_at or job.created_at)
            for job in self.jobs.newest()
            if job.fine_tuned_model
        ]
        return tuned + [info(base, base.id, base.display_name, base.created_at) for base in BASES.values()]


def info(base: Base, name: str, display_name: str, created_at: str) -> dict[str, Any]:
    return {
        "type": "model",
        "id": name,
        "display_name": display_name,
        "created_at": created_at,
        "lifecycle": base.lifecycle,
        "deprecated_at": base.deprecated_at,
        "retires_at": base.retires_at,
        "line": base.line,
        "max_input_tokens": 200_000,
        "max_tokens": 64_000,
        "capabilities": None,
    }
