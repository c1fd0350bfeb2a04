"""A line of a JSONL file, decoded as far as it can be."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress

import msgspec

from finetune.dataset.examples import read_answer, read_prompt
from finetune.records.dataset import BOM, Chat, Fault, Head, Line, Message, Side
from finetune.records.profile import Profile, Scope

CHAT = msgspec.json.Decoder(Chat)
HEAD = msgspec.json.Decoder(Head)
VALUE = msgspec.json.Decoder()
DEEPEST = 100
"""Lists and objects in each other. No example has so many, and what walks over many more ends in the middle."""


def read_line(side: Side, number: int, raw: bytes, scope: Scope) -> Line:
    """The line, with its JSON, its chat and (in a LEGO dataset) its prompt and answer, or why they are not there."""
    line = Line(side, number, raw)
    if has_plain_shape(scope.profile):
        with suppress(msgspec.DecodeError, ValueError, RecursionError):
            line.chat, line.plain = CHAT.decode(raw), True
    if line.chat is None:
        read_value(line)
    finish(line, scope)
    return line


def read_lines(side: Side, number: int, raws: Iterable[bytes], scope: Scope) -> list[Line]:
    """Lines that follow each other, from this number on: a system prompt that they all begin with is read once."""
    lines: list[Line] = []
    head, system = b"", ""
    for raw in raws:
        line = Line(side, number + len(lines), raw)
        if head and raw.startswith(head) and read_rest(line, len(head), system):
            finish(line, scope)
        else:
            line = read_line(side, line.number, raw, scope)
            head, system = read_head(line)
        lines.append(line)
    return lines


def read_head(line: Line) -> tuple[bytes, str]:
    """What stands before the messages of a plain line, and the system prompt that this is; empty if it is not that."""
    head = line.raw[: line.raw.find(b'"messages"')] if line.plain else b""
    try:
        if head.count(b'"system"') == 1:
            return head, HEAD.decode(head.rstrip().removesuffix(b",") + b"}").system
    except (msgspec.DecodeError, ValueError):
        pass
    return b"", ""


def read_rest(line: Line, head: int, system: str) -> bool:
    """Read a line of which so many bytes are a head that was read before; False where the rest does not fit it."""
    try:
        chat = CHAT.decode(b"{" + line.raw[head:])
    except (msgspec.DecodeError, ValueError, RecursionError):
        return False
    if chat.system is not msgspec.UNSET:
        return False
    chat.system = system
    line.chat, line.plain, line.head = chat, True, head
    return True


def finish(line: Line, scope: Scope) -> None:
    if line.chat is None:
        line.texts = (line.text,)
        return
    line.texts = (line.chat.system or "", *[message.content for message in line.chat.messages])
    if not line.plain:
        line.texts += tuple(other_texts(line.value))
    if scope.lego:
        read_lego(line)


def has_plain_shape(profile: Profile) -> bool:
    """Whether a line that is a `Chat` to the letter is of this profile's shape."""
    taken = profile.system in ("field", "either") and "text" in profile.content
    return taken and {"system", "messages"} <= set(profile.keys) and {"role", "content"} <= set(profile.message_keys)


def read_value(line: Line) -> None:
    """The line's JSON by the strict decoder, and by Python's where that refuses it: it knows the column."""
    body = line.raw.removeprefix(BOM)
    try:
        str(body, "utf-8")
    except UnicodeDecodeError as error:
        line.fault = Fault("invalid-utf8", f"not UTF-8 (byte {error.start + 1})", error.start + 1)
        return
    try:
        line.value = VALUE.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        try:
            line.value = json.loads(line.text, parse_constant=refuse)
        except json.JSONDecodeError as error:
            line.fault = Fault("not-json", f"not JSON ({error.msg})", error.colno)
            return
        except (ValueError, RecursionError) as error:
            line.fault = Fault("not-json", f"not JSON ({error})")
            return
    if body.count(b"[") + body.count(b"{") > DEEPEST and deep(line.value):
        line.value, line.fault = None, Fault("not-json", f"lists and objects in each other, over {DEEPEST}")
        return
    line.chat = to_chat(line.value)


def deep(value: object) -> bool:
    """Whether more than DEEPEST lists and objects stand in each other."""
    level = [value]
    for _ in range(DEEPEST):
        level = [part for one in level for part in parts_of(one)]
    return any(isinstance(one, dict | list) for one in level)


def parts_of(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


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


def other_texts(value: object) -> Iterator[str]:
    """The texts of a line besides its contents: of its tools, of calls, of reasoning."""
    whole = value if isinstance(value, dict) else {}
    messages = [one for one in whole.get("messages", ()) if isinstance(one, dict)]
    more = [part for one in messages for name, part in one.items() if name not in ("role", "content", "name")]
    more += [part for name, part in whole.items() if name not in ("messages", "system")]
    return (text for part in more for text in texts_in(part))


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in parts_of(value):
        yield from texts_in(part)


def text_of(content: object) -> str:
    """A content's text: itself, or that of its parts, one after another."""
    parts: Iterable[object] = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "".join(text for text in texts if isinstance(text, str))


def read_lego(line: Line) -> None:
    chat = line.chat
    assert chat
    try:
        line.prompt = read_prompt(chat.last("user"))
    except ValueError as error:
        line.prompt_error = str(error)
    try:
        line.answer = read_answer(chat.last("assistant"))
    except ValueError as error:
        line.answer_error = str(error)
