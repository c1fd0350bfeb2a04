"""/v1/messages/batches: many messages, answered one after another, at half the price."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from finetune.emulator.answers import RefusalError, answered, error_body, new_id, now, page, read_json, refuse
from finetune.emulator.messages import Messages
from finetune.emulator.records import Batch, RequestCounts
from finetune.emulator.store import Shelf
from finetune.files.jsonl import dump

MOST = 100_000


class BatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    custom_id: Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z0-9_-]{1,64}\Z")]
    params: msgspec.Raw


class NewBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    requests: Annotated[list[BatchRequest], msgspec.Meta(min_length=1, max_length=MOST)]


class Batches:
    """Batches, and the tasks that answer them. A restart answers again what had not ended; only then it is billed."""

    def __init__(self, shelf: Shelf[Batch], messages: Messages, seconds: float) -> None:
        self.shelf, self.messages, self.seconds = shelf, messages, seconds
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def routes(self) -> list[Route]:
        path = "/v1/messages/batches"
        return [
            Route(path, self.create, methods=["POST"]),
            Route(path, self.listed),
            Route(f"{path}/{{id}}", self.one),
            Route(f"{path}/{{id}}/results", self.results),
            Route(f"{path}/{{id}}/cancel", self.cancel, methods=["POST"]),
        ]

    def resume(self) -> None:
        """Go on with every batch that has not ended."""
        for batch in self.shelf.all():
            if batch.processing_status != "ended":
                self.tasks[batch.id] = asyncio.create_task(self.work(batch.id))

    def settle(self) -> None:
        """Forget the tasks that ended; raise the error of one that failed."""
        for name in [name for name, task in self.tasks.items() if task.done()]:
            self.tasks.pop(name).result()

    async def create(self, request: Request) -> Response:
        asked = await read_json(request, NewBatch)
        twice = [name for name, times in Counter(one.custom_id for one in asked.requests).items() if times > 1]
        if twice:
            refuse(400, f"requests: custom_id {twice[0]} is not unique")
        at, identity = now(), new_id("msgbatch")
        ends = (datetime.fromisoformat(at) + timedelta(days=1)).isoformat().replace("+00:00", "Z")
        self.shelf.put_data(identity, "requests.jsonl", "".join(dump(one) for one in asked.requests).encode())
        counts, number = RequestCounts(processing=len(asked.requests)), len(self.shelf.all()) + 1
        batch = Batch(id=identity, number=number, created_at=at, expires_at=ends, request_counts=counts)
        self.shelf.put(batch)
        self.tasks[identity] = asyncio.create_task(self.work(identity))
        return answered(shown(batch, request))

    async def work(self, name: str) -> None:
        """Answer one request after another, until all are answered, or the batch is cancelled."""
        lines = self.shelf.path(name, "requests.jsonl").read_bytes().splitlines()
        await asyncio.sleep(self.seconds)
        results, tally, billed = [], Counter[str](), 0.0
        for line in lines:
            one = msgspec.json.decode(line, type=BatchRequest)
            if self.shelf.get(name).processing_status == "canceling":
                result, usd = {"type": "canceled"}, 0.0
            else:
                result, usd = await asyncio.to_thread(self.answer, bytes(one.params))
            results.append(dump({"custom_id": one.custom_id, "result": result}))
            tally[str(result["type"])] += 1
            billed += usd
        self.shelf.put_data(name, "results.jsonl", "".join(results).encode())
        ended = replace(self.shelf.get(name), processing_status="ended", ended_at=now())
        self.shelf.put(replace(ended, request_counts=RequestCounts(**tally), billed_usd=billed))

    def answer(self, body: bytes) -> tuple[dict[str, Any], float]:
        try:
            message, usd = self.messages.answer(body, batch=True)
        except RefusalError as error:
            wrong = msgspec.json.decode(error_body(error.status, error.message, new_id("req"), error.kind))
            return {"type": "errored", "error": wrong}, 0.0
        return {"type": "succeeded", "message": message}, usd

    async def listed(self, request: Request) -> Response:
        return page(request, [shown(batch, request) for batch in self.shelf.newest()])

    async def one(self, request: Request) -> Response:
        return answered(shown(self.shelf.get(request.path_params["id"]), request))

    async def results(self, request: Request) -> Response:
        batch = self.shelf.get(request.path_params["id"])
        if batch.processing_status != "ended":
            refuse(404, f"{batch.id} has no results yet: {batch.processing_status}")
        data = self.shelf.path(batch.id, "results.jsonl").read_bytes()
        return Response(data, media_type="application/x-jsonl", headers={"request-id": new_id("req")})

    async def cancel(self, request: Request) -> Response:
        batch = self.shelf.get(request.path_params["id"])
        if batch.processing_status == "ended":
            refuse(400, f"{batch.id} has ended")
        if batch.processing_status == "in_progress":
            batch = self.shelf.put(replace(batch, processing_status="canceling", cancel_initiated_at=now()))
        return answered(shown(batch, request))


def shown(batch: Batch, request: Request) -> dict[str, Any]:
    """A batch as the API writes it."""
    fields = msgspec.structs.asdict(batch)
    del fields["number"], fields["billed_usd"]
    url = f"{str(request.base_url).rstrip('/')}/v1/messages/batches/{batch.id}/results"
    results_url = url if batch.processing_status == "ended" else None
    return {"type": "message_batch", **fields, "results_url": results_url, "archived_at": None}
