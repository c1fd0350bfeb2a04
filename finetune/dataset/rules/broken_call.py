"""A call names its function, and its arguments are JSON; tools are a list of objects."""

import json
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, talk
from finetune.records.dataset import Line
from finetune.records.profile import Scope


def calling(arguments: str) -> str:
    """A line whose answer is one call."""
    call = {"id": "1", "type": "function", "function": {"name": "split", "arguments": arguments}}
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": None, "tool_calls": [call]}]
    return json.dumps({"messages": turns})


GOOD = Sample((calling('{"text": "a"}'),), profile="openai")
BAD = Sample((calling('{"text": "a'), talk(("user", "a"), ("assistant", "b"), tools="split")), profile="openai")
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not isinstance(line.value, dict):
        return
    tools = line.value.get("tools")
    if tools is not None and not (isinstance(tools, list) and all(isinstance(one, dict) for one in tools)):
        yield Problem("'tools' is no list of objects; write one for each function", line.column('"tools"'))
    messages = line.value.get("messages")
    for number, message in enumerate(messages if isinstance(messages, list) else (), start=1):
        for wrong in wrongs(message) if isinstance(message, dict) else ():
            yield Problem(f"message {number}: {wrong}", line.column('"tool_calls"'))


def wrongs(message: dict[str, object]) -> Iterator[str]:
    calls = message.get("tool_calls")
    if calls is not None and not isinstance(calls, list):
        yield "'tool_calls' is no list; write one of calls"
    given = calls if isinstance(calls, list) else []
    found = [one.get("function") if isinstance(one, dict) else None for one in given]
    if message.get("function_call") is not None:
        found.append(message["function_call"])
    for call in found:
        if not isinstance(call, dict) or not isinstance(call.get("name"), str) or not call["name"]:
            yield "a call without the name of its function; write it"
        elif not is_json(call.get("arguments")):
            yield f"the arguments of {call['name']!r} are no JSON in a text; write an object, as a text"


def is_json(arguments: object) -> bool:
    try:
        return isinstance(arguments, str) and isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        return False
