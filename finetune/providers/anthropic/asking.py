"""What every provider has whose models answer over this API: one by one, in batches, and counted."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from finetune.errors import NoAnswerError
from finetune.providers import Asked
from finetune.providers.anthropic.batches import Batches
from finetune.providers.anthropic.client import Client
from finetune.providers.anthropic.messages import READ, WRITTEN, Messages
from finetune.providers.anthropic.preflight import ends
from finetune.records.batch import BatchState
from finetune.records.dataset import Message
from finetune.records.usage import Reply


class Asking:
    """The part of a provider that asks models."""

    cache_written, cache_read = WRITTEN, READ

    def __init__(self, client: Client) -> None:
        self.client, connection = client, client.connection
        self.answers_at_once, self.patience_seconds = connection.answers_at_once, connection.patience_seconds
        self.batch_poll_seconds, self.batch_settle_seconds = connection.poll_seconds, connection.settle_seconds
        self.messages = Messages(client)
        self.of_batches = Batches(client, self.messages)

    def complete(self, model: str, messages: Sequence[Message]) -> str:
        reply = self.reply(model, messages)
        if reply.failed:
            raise NoAnswerError(model, reply.failed)
        return reply.text

    def reply(self, model: str, messages: Sequence[Message]) -> Reply:
        return self.messages.reply(model, messages)

    def settings(self, model: str) -> str:
        return self.messages.settings(model)

    def count_tokens(self, model: str, system: str, messages: Sequence[Message]) -> int:
        return self.messages.count_tokens(model, system, messages)

    def ends(self, model: str) -> str | None:
        return ends(self.client, model)

    def split(self, questions: Mapping[str, Asked]) -> Iterator[Mapping[str, Asked]]:
        return self.of_batches.split(questions)

    def send_batch(self, questions: Mapping[str, Asked]) -> str:
        return self.of_batches.send(questions)

    def batches(self, since: str) -> Iterator[BatchState]:
        return self.of_batches.since(since)

    def batch(self, batch_id: str) -> BatchState:
        """A day is long: an API that does not answer for some minutes ends nothing."""
        return self.client.patiently(lambda: self.of_batches.one(batch_id))

    def replies(self, batch_id: str) -> Iterator[tuple[str, Reply]]:
        return self.of_batches.replies(batch_id)

    @property
    def tell(self) -> Callable[[str], None]:
        return self.client.tell

    @tell.setter
    def tell(self, tell: Callable[[str], None]) -> None:
        self.client.tell = tell
