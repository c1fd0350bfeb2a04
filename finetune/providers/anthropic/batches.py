"""Message Batches: many questions at half the price, answered within a day."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from finetune.errors import UnsureError, unusable
from finetune.providers import Asked
from finetune.providers.anthropic.client import Client
from finetune.providers.anthropic.explained import one_line
from finetune.providers.anthropic.messages import Messages, reply_of
from finetune.providers.anthropic.records import (
    Errored,
    Id,
    MessageBatch,
    MessageBatches,
    Result,
    Succeeded,
)
from finetune.records.batch import BatchState
from finetune.records.usage import FREE, Reply

PATH = "/v1/messages/batches"
MOST, MOST_BYTES = 10_000, 100 * 2**20
"""Of one batch. The API takes 100,000 requests and 256 MB; but all results come in one answer, whose size we bound."""
PAGE, MOST_PAGES = 100, 1000
SKEW = timedelta(hours=1)
"""By how much our clock and the provider's may differ."""
DECODER = msgspec.json.Decoder(Result)


class Batches:
    """Batches of the account. A request's custom id is its question's key."""

    def __init__(self, client: Client, messages: Messages) -> None:
        self.client, self.messages = client, messages

    def split(self, questions: Mapping[str, Asked]) -> Iterator[Mapping[str, Asked]]:
        """In their order, each batch as large as it may be."""
        part: dict[str, Asked] = {}
        size = 0
        for key, asked in questions.items():
            more = len(msgspec.json.encode(self.request(key, asked)))
            if part and (len(part) == MOST or size + more > MOST_BYTES):
                yield part
                part, size = {}, 0
            part[key] = asked
            size += more
        if part:
            yield part

    def request(self, key: str, asked: Asked) -> dict[str, Any]:
        return {"custom_id": key, "params": self.messages.body(*asked)}

    def send(self, questions: Mapping[str, Asked]) -> str:
        """One request; again only where it was refused for the moment, and so did nothing."""
        body = {"requests": [self.request(key, asked) for key, asked in questions.items()]}

        def post() -> MessageBatch:
            try:
                return self.client.post(PATH, body, MessageBatch)
            except UnsureError as error:
                error.passes = False
                raise

        return self.client.patiently(post).id

    def since(self, since: str) -> Iterator[BatchState]:
        """The newest first."""
        query: dict[str, str | int] = {"limit": PAGE}
        for _ in range(MOST_PAGES):
            page = self.client.get(PATH, MessageBatches, **query)
            for batch in page.data:
                if is_before(batch.created_at, since):
                    return
                yield state_of(batch)
            if not page.has_more:
                return
            if not page.data or page.data[-1].id == query.get("after_id"):
                break
            query["after_id"] = page.data[-1].id
        raise UnsureError(f"GET {PATH}", "a list without an end: what was sent before is not known")

    def one(self, batch_id: str) -> BatchState:
        return state_of(self.client.get(path(batch_id), MessageBatch))

    def replies(self, batch_id: str) -> Iterator[tuple[str, Reply]]:
        """By our own path: where the answer says that the results are, our key would go, too."""
        for result in self.client.patiently(lambda: self.results(f"{path(batch_id)}/results")):
            yield result.custom_id, replied(result)

    def results(self, path: str) -> list[Result]:
        """Every line; UnsureError where one is no result, as a proxy's page: then no line is believed."""
        data, what = self.client.raw("GET", path), f"GET {path}"
        try:
            found = [DECODER.decode(line) for line in data.splitlines() if line.strip()]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise UnsureError(what, f"not the results of a batch ({error})", passes=True) from None
        if not found:
            raise UnsureError(what, "no results, of a batch that has ended", passes=True)
        return found


def path(batch_id: str) -> str:
    try:
        return f"{PATH}/{msgspec.convert(batch_id, Id)}"
    except msgspec.ValidationError:
        raise unusable(batch_id[:100], "not an id of a batch", "it has letters, digits, - and _ only") from None


def state_of(batch: MessageBatch) -> BatchState:
    counts = {one_line(name): number for name, number in batch.request_counts.items()}
    return BatchState(batch.id, batch.created_at, batch.processing_status == "ended", counts)


def replied(result: Result) -> Reply:
    """Only a message is charged for."""
    of = result.result
    if isinstance(of, Succeeded):
        return reply_of(of.message)
    if isinstance(of, Errored):
        wrong = of.error.error
        return Reply("", FREE, one_line(f"errored: {wrong.type} {wrong.message}"))
    return Reply("", FREE, str(of.__struct_config__.tag))


def is_before(at: str, since: str) -> bool:
    """Whether a time is certainly before another; one that cannot be read is not."""
    try:
        return datetime.fromisoformat(at) < datetime.fromisoformat(since) - SKEW
    except (ValueError, TypeError):
        return False
