"""Answers through Messages: the system prompt cached, the answer's JSON schema where the model takes it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from finetune.credentials import redacted
from finetune.dataset.key import sha256
from finetune.errors import NoAnswerError, RefusedError, UnsureError
from finetune.providers.anthropic.address import path_of_model
from finetune.providers.anthropic.client import PATIENCE, Client
from finetune.providers.anthropic.records import Answer, Counted, ModelInfo, Usage
from finetune.providers.anthropic.schema import answer_schema
from finetune.records import usage
from finetune.records.dataset import Message

WRITTEN, READ = 1.25, 0.1
"""What a token counts for that is written to the cache for five minutes, or read from it."""


class Messages:
    """Asks models. There are no sampling parameters: the API refuses them."""

    def __init__(self, client: Client) -> None:
        self.client, self.max_tokens = client, client.connection.max_tokens
        self.structured: dict[str, bool] = {}

    def reply(self, model: str, messages: Sequence[Message]) -> usage.Reply:
        """The answer. A call that is refused for its rate waits as long as it is told to; one whose answer is lost is
        not repeated, since it may be charged for: NoAnswerError."""
        body = self.body(model, messages)
        try:
            return reply_of(self.client.patiently(lambda: self.once(body)))
        except UnsureError as error:
            raise NoAnswerError(model, str(error)) from None
        except RefusedError as error:
            if error.passes:
                raise NoAnswerError(model, str(error)) from None
            raise

    def once(self, body: dict[str, Any]) -> Answer:
        """UnsureError is final here: what may have been answered may have been charged for."""
        try:
            return self.client.post("/v1/messages", body, Answer)
        except UnsureError as error:
            if error.status is None:
                error.passes = False
            raise

    def body(self, model: str, messages: Sequence[Message]) -> dict[str, Any]:
        """A request, as Messages and its batches take it."""
        system = "".join(message.content for message in messages if message.role == "system")
        turns = [{"role": one.role, "content": one.content} for one in messages if one.role != "system"]
        body: dict[str, Any] = {"model": model, "max_tokens": self.max_tokens, "messages": turns}
        if system:
            body["system"] = [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}]
        if self.takes_schema(model):
            body["output_config"] = {"format": {"type": "json_schema", "schema": answer_schema()}}
        return body

    def takes_schema(self, model: str) -> bool:
        """Whether the model's answers can be held to a schema. Asked once; False where the API does not know the model.

        An error is none of these: another answer would make other questions of all that are answered, and paid for.
        """
        if model not in self.structured:
            try:
                able = self.client.get(path_of_model(model), ModelInfo).capabilities
            except RefusedError as error:
                if error.status not in (403, 404):
                    raise
                able = None
            self.structured[model] = bool(able and able.structured_outputs.supported)
        return self.structured[model]

    def settings(self, model: str) -> str:
        """What besides model and messages decides an answer."""
        return sha256(msgspec.json.encode(self.body(model, ())))

    def count_tokens(self, model: str, system: str, messages: Sequence[Message]) -> int:
        """By the API's own counter, which costs nothing."""
        turns = [{"role": one.role, "content": one.content} for one in messages]
        body: dict[str, Any] = {"model": model, "messages": turns} | ({"system": system} if system else {})
        ask = lambda: self.client.post("/v1/messages/count_tokens", body, Counted)  # noqa: E731
        return self.client.patiently(ask, min(PATIENCE, self.client.connection.patience_seconds)).input_tokens


def reply_of(answer: Answer) -> usage.Reply:
    """What the model said, or that it would not, and what it was charged for."""
    text = redacted("".join(part.text for part in answer.content if part.type == "text"))
    failed = "the model refused to answer" if answer.stop_reason == "refusal" else ""
    return usage.Reply("" if failed else text, charged(answer.usage), failed)


def charged(of: Usage | None) -> usage.Usage | None:
    """The tokens of a call; None where the API does not say."""
    if of is None:
        return None
    written, read = of.cache_creation_input_tokens or 0, of.cache_read_input_tokens or 0
    weighed = of.input_tokens + WRITTEN * written + READ * read
    return usage.Usage(of.input_tokens + written + read, weighed, of.output_tokens)
