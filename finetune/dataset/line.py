"""A line of a JSONL file, decoded as far as it can be."""

import json
import re
import sys
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from finetune.dataset.chats import DEEPEST, deep, other_texts, to_chat
from finetune.dataset.examples import read_answer, read_prompt
from finetune.records.dataset import BOM, Chat, Fault, Head, Line, Side
from finetune.records.profile import Profile, Scope

CHAT = msgspec.json.Decoder(Chat)
HEAD = msgspec.json.Decoder(Head)
VALUE = msgspec.json.Decoder()
TOO_DEEP = f"lists and objects in each other, over {DEEPEST}"
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
DIGITS = sys.get_int_max_str_digits() or sys.int_info.default_max_str_digits
LONG = re.compile(rf"\d{{{DIGITS + 1},}}")
CONSTANT = re.compile(r"NaN|-?Infinity")


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


def read_lines(side: Side, number: int, raws: Sequence[bytes], scope: Scope) -> list[Line]:
    """Lines that follow each other, from this number on: a system prompt that they all begin with is read once."""
    lines: list[Line] = []
    head, system = b"", ""
    for at, raw in enumerate(raws):
        if at == 1 and head and (alike := read_alike(lines[0], raws, (head, system), scope)):
            return alike
        line = Line(side, number + at, raw)
        if head and raw.startswith(head) and read_rest(line, len(head), system):
            finish(line, scope)
        else:
            line = read_line(side, line.number, raw, scope)
            head, system = read_head(line)
        lines.append(line)
    return lines


def read_alike(first: Line, raws: Sequence[bytes], begins: tuple[bytes, str], scope: Scope) -> list[Line]:
    """The first line and those that follow, if all begin alike and are plain; none where one of them is not.

    A step after another for all of them: a core does that faster than all steps for one after another.
    """
    (head, system), rest = begins, raws[1:]
    if not all(raw.startswith(head) for raw in rest):
        return []
    size = len(head)
    try:
        chats = [CHAT.decode(b"{" + raw[size:]) for raw in rest]
    except (msgspec.DecodeError, ValueError, RecursionError):
        return []
    if any(chat.system is not msgspec.UNSET for chat in chats):
        return []
    lines = [first]
    for at, (chat, raw) in enumerate(zip(chats, rest, strict=True), start=1):
        chat.system, texts = system, (system, *[message.content for message in chat.messages])
        lines.append(Line(first.side, first.number + at, raw, size, plain=True, chat=chat, texts=texts))
    if scope.lego:
        read_legos(lines[1:], chats)
    return lines


def read_legos(lines: Sequence[Line], chats: Sequence[Chat]) -> None:
    """`read_lego` for many lines."""
    try:
        prompts = [read_prompt(chat.last("user")) for chat in chats]
        answers = [read_answer(chat.last("assistant")) for chat in chats]
    except ValueError:
        for line, chat in zip(lines, chats, strict=True):
            read_lego(line, chat)
        return
    for line, prompt, answer in zip(lines, prompts, answers, strict=True):
        line.prompt, line.answer = prompt, answer


def read_head(line: Line) -> tuple[bytes, str]:
    """What stands before the messages of a plain line, and the system prompt that this is; empty if it is not that."""
    head = line.raw[: line.raw.find(b'"messages"')] if line.plain else b""
    try:
        if head.count(b'"system"') == 1:
            said = head.rstrip().removesuffix(b",") + b"}"
            if b"\\u" not in head or json.loads(said, object_pairs_hook=len) == 1:  # a key may be spelt by escapes
                return head, HEAD.decode(said).system
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
    if (chat := line.chat) is None:
        line.texts = (line.text,)
        return
    line.texts = (chat.system or "", *[message.content for message in chat.messages])
    if not line.plain:
        line.texts += tuple(other_texts(line.value))
    if scope.lego:
        read_lego(line, chat)


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
        except (ValueError, RecursionError) as error:
            line.fault = Fault("not-json", *why_not(line.text, error))
            return
    if body.count(b"[") + body.count(b"{") > DEEPEST and deep(line.value):
        line.value, line.fault = None, Fault("not-json", TOO_DEEP)
        return
    line.chat = to_chat(line.value)


def why_not(text: str, error: ValueError | RecursionError) -> tuple[str, int]:
    """What keeps a text from being JSON, and its column; 0 where that is not known."""
    if isinstance(error, RecursionError):
        return TOO_DEEP, 0
    if not isinstance(error, json.JSONDecodeError):
        bare = STRING.sub(lambda found: " " * len(found[0]), text)  # a constant's name in a text is none
        if long := LONG.search(bare):
            return f"not JSON (a whole number of over {DIGITS:,} digits)", long.start() + 1
        constant = CONSTANT.search(bare)
        return f"not JSON ({error})", constant.start() + 1 if constant else 0
    if error.msg == "Extra data" and "\r" in text[: error.pos]:
        return "not JSON (lines that end with a carriage return alone: save it with \\n)", error.colno
    return f"not JSON ({error.msg.removesuffix(' (decode using utf-8-sig)')})", error.colno


def refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


def read_lego(line: Line, chat: Chat) -> None:
    try:
        line.prompt = read_prompt(chat.last("user"))
    except ValueError as error:
        line.prompt_error = str(error)
    try:
        line.answer = read_answer(chat.last("assistant"))
    except ValueError as error:
        line.answer_error = str(error)
