"""What a JSON value says as a chat, whatever its provider's shape."""

from collections.abc import Iterable, Iterator

from finetune.records.dataset import Chat, Message

DEEPEST = 100
"""Lists and objects in each other. No example has so many, and what walks over many more ends in the middle."""


def to_chat(value: object) -> Chat | None:
    """What a JSON value says as a chat; None where it has no list of messages."""
    if not isinstance(value, dict) or not isinstance(value.get("messages"), list):
        return None
    messages = [
        Message(str(one.get("role", "")), text_of(one.get("content")))
        for one in value["messages"]
        if isinstance(one, dict)
    ]
    if isinstance(value.get("system"), str):
        return Chat(tuple(messages), value["system"])
    if messages and messages[0].role == "system":
        return Chat(tuple(messages[1:]), messages[0].content)
    return Chat(tuple(messages))


def text_of(content: object) -> str:
    """A content's text: itself, or that of its parts, one after another."""
    parts: Iterable[object] = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "".join(text for text in texts if isinstance(text, str))


def other_texts(value: object) -> Iterator[str]:
    """The texts of a line besides its contents: of its tools, of calls, of reasoning; and the addresses of images."""
    whole = value if isinstance(value, dict) else {}
    messages = [one for one in whole.get("messages", ()) if isinstance(one, dict)]
    more = [part for one in messages for name, part in one.items() if name not in ("role", "content", "name")]
    more += [part for name, part in whole.items() if name not in ("messages", "system")]
    more += [
        part.get("image_url") for one in messages for part in parts_of(one.get("content")) if isinstance(part, dict)
    ]
    return (text for part in more for text in texts_in(part) if not text.startswith("data:"))


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in parts_of(value):
        yield from texts_in(part)


def deep(value: object) -> bool:
    """Whether more than DEEPEST lists and objects stand in each other."""
    level = [value]
    for _ in range(DEEPEST):
        level = [part for one in level for part in parts_of(one)]
    return any(isinstance(one, dict | list) for one in level)


def parts_of(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
