"""The system prompt is the first message: OpenAI, Together, Fireworks, Mistral and most others."""

from finetune.records.dataset import Example, Message


def write(example: Example) -> dict[str, tuple[Message, ...]]:
    return {"messages": (Message("system", example.system), *example.messages)}
