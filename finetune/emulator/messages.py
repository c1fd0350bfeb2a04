"""/v1/messages: answered by the extractor, untrained for a base model, with its weights for a tuned one."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from finetune.dataset.tokens import tokens_of
from finetune.emulator.answers import answered, new_id, refuse, to_record
from finetune.emulator.counts import Counts
from finetune.emulator.models import Models, Tuned
from finetune.emulator.usage import Cache, Piece, Usage, middle, tokens_in
from finetune.errors import FinetuneError
from finetune.providers.local import Local
from finetune.records.dataset import Message


class Part(msgspec.Struct, frozen=True, tag="text", forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(min_length=1)]
    cache_control: dict[str, Any] | None = None
    citations: Any = None


Content = str | tuple[Part, ...]


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    role: Literal["user", "assistant"]
    content: Content


class Conversation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What tokens are counted of. What is of type Any is taken, and does nothing.

    Any other field is refused; so are temperature, top_p and top_k, which the API took back in version 2026-10-21.
    """

    model: str
    messages: Annotated[tuple[Turn, ...], msgspec.Meta(min_length=1)]
    system: Content = ()
    cache_control: Any = None
    output_config: Any = None
    output_format: Any = None
    speed: Any = None
    thinking: Any = None


class Asked(Conversation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    max_tokens: Annotated[int, msgspec.Meta(ge=1)]
    stream: Literal[False] = False
    stop_sequences: tuple[str, ...] = ()
    inference_geo: Any = None
    metadata: Any = None
    service_tier: Any = None


class Messages:
    """Answers of models."""

    def __init__(self, models: Models, local: Local, counts: Counts) -> None:
        self.models, self.local, self.counts, self.cache = models, local, counts, Cache()

    def routes(self) -> list[Route]:
        return [
            Route("/v1/messages", self.create, methods=["POST"]),
            Route("/v1/messages/count_tokens", self.count, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        return answered(await run_in_threadpool(self.at_once, await request.body()))

    async def count(self, request: Request) -> Response:
        asked = to_record(await request.body(), Conversation)
        self.models.to_ask(asked.model)
        return answered({"input_tokens": tokens_in(pieces(asked))})

    def at_once(self, body: bytes) -> dict[str, Any]:
        message, usd = self.answer(body, batch=False)
        self.counts.bill_message(usd)
        return message

    def answer(self, body: bytes, batch: bool) -> tuple[dict[str, Any], float]:
        """A message as the API writes it, and its price in USD."""
        asked = to_record(body, Asked)
        model = self.models.to_ask(asked.model)
        text, reason, stop = cut(self.text(model, asked), asked)
        usage = Usage(*self.cache.use(asked.model, pieces(asked)), max(middle(tokens_of(text)), 1))
        message = {
            "id": new_id("msg"),
            "type": "message",
            "role": "assistant",
            "model": asked.model,
            "content": [{"type": "text", "text": text}] if text else [],
            "stop_reason": reason,
            "stop_sequence": stop,
            "usage": usage.shown("batch" if batch else "standard"),
        }
        return message, usage.usd(model.base.price, batch)

    def text(self, model: Tuned, asked: Asked) -> str:
        """The extractor's answer to the first thing that a person says; in words where that is no prompt of ours."""
        turns = [Message(turn.role, text_of(turn.content)) for turn in asked.messages]
        if not any(turn.role == "user" for turn in turns):
            refuse(400, "messages: at least one of the role user")
        try:
            return self.local.complete(model.weights, turns)
        except FinetuneError as error:
            return f"I break down the seeds of language courses, and cannot do this: {error}"


def text_of(content: Content) -> str:
    return content if isinstance(content, str) else "".join(part.text for part in content)


def pieces(asked: Conversation) -> list[Piece]:
    """The texts of a conversation in order, the system prompt first."""
    contents: Sequence[Content] = [asked.system, *(turn.content for turn in asked.messages)]
    parts = [(Part(one),) if isinstance(one, str) else one for one in contents if one]
    found = [
        Piece(part.text, message=place == 0, cached=part.cache_control is not None)
        for one in parts
        for place, part in enumerate(one)
    ]
    return [*found[:-1], found[-1]._replace(cached=True)] if asked.cache_control and found else found


def cut(text: str, asked: Asked) -> tuple[str, str, str | None]:
    """The text up to a stop sequence or to `max_tokens`, and why it ends there."""
    places = {text.index(stop): stop for stop in asked.stop_sequences if stop and stop in text}
    if places:
        first = min(places)
        return text[:first], "stop_sequence", places[first]
    tokens = middle(tokens_of(text))
    if tokens > asked.max_tokens:
        return text[: len(text) * asked.max_tokens // tokens], "max_tokens", None
    return text, "end_turn", None
