"""Every value is of its type: a system text, a list of messages, each an object with a role and a content."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat, talk
from finetune.records.dataset import Line
from finetune.records.profile import Profile, Scope

GOOD = Sample((chat(),))
BAD = Sample(
    (
        chat(system=None)[:-1] + ', "system": 7}',
        '{"system": "a", "messages": {}}',
        talk(("user", 7), ("assistant", "b")),
    )
)
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not isinstance(line.value, dict):
        return
    if not isinstance(line.value.get("system", ""), str):
        yield Problem("'system' is no text; write the prompt as a text", line.column('"system"'))
    messages = line.value.get("messages", [])
    if not isinstance(messages, list):
        yield Problem("'messages' is no list; write a list of messages", line.column('"messages"'))
        return
    for number, message in enumerate(messages, start=1):
        yield from (Problem(f"message {number}: {wrong}") for wrong in wrongs(message, scope.profile))
    kinds = {name(one["content"]) for one in messages if isinstance(one, dict) and "content" in one}
    if scope.profile.one_kind and kinds >= {"a text", "a list"}:
        yield Problem("some contents are texts, and some lists of parts; write all of a line alike")


def wrongs(message: object, profile: Profile) -> Iterator[str]:
    if not isinstance(message, dict):
        yield "no object; write a role and a content"
        return
    if not isinstance(message.get("role"), str):
        yield "its role is no text; write one of " + ", ".join(profile.roles)
    content = message.get("content")
    if content is None and (calls_of(message) or refused(message, profile)):
        return
    types = {"text": str, "parts": list}
    if not any(isinstance(content, types[kind]) for kind in profile.content):
        yield f"its content is {name(content)}; write {' or '.join(SHAPES[kind] for kind in profile.content)}"
    for part in content if isinstance(content, list) and profile.part_types else []:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text" and not isinstance(part.get("text"), str):
            yield "a part of type 'text' without a text; write it"
        if kind == "image_url" and not has_address(part):
            yield "a part of type 'image_url' without its url; write {\"url\": …}"
        if kind == "image_url" and message.get("role") not in (profile.image_roles or profile.roles):
            yield f"an image of the role {message.get('role')!r}; only {', '.join(profile.image_roles)} may have one"
        if kind not in profile.part_types:
            yield f"a part of type {kind!r}; the types are {', '.join(profile.part_types)}"


def calls_of(message: dict[str, object]) -> bool:
    """Whether a message calls a tool."""
    return bool(message.get("tool_calls") or message.get("function_call"))


def has_address(part: dict[str, object]) -> bool:
    image = part.get("image_url")
    return isinstance(image, dict) and isinstance(image.get("url"), str) and bool(image["url"])


def refused(message: dict[str, object], profile: Profile) -> bool:
    return "refusal" in profile.message_keys and isinstance(message.get("refusal"), str)


def name(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "missing or null"}
    return names.get(type(value), "a number")


SHAPES = {"text": "a text", "parts": "a list of parts"}
