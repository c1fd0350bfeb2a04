"""A call names a function that is there, its arguments are JSON, and its result says which call it is of."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, talk
from finetune.records.dataset import Line
from finetune.records.profile import Scope


def calling(arguments: str) -> str:
    """A line whose answer is one call."""
    call = {"id": "1", "type": "function", "function": {"name": "split", "arguments": arguments}}
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": None, "tool_calls": [call]}]
    return json.dumps({"messages": turns})


def answering(*results: str, tools: object = None) -> str:
    """A line whose call has these results."""
    line = json.loads(calling('{"text": "a"}'))
    line["messages"] += [{"role": "tool", "content": "b", "tool_call_id": result} for result in results]
    line["messages"].append({"role": "assistant", "content": "c"})
    return json.dumps(line | ({"tools": tools} if tools else {}))


GOOD = Sample((calling('{"text": "a"}'), answering("1")), profile="openai")
BAD = Sample(
    (
        calling('{"text": "a'),
        talk(("user", "a"), ("assistant", "b"), tools="split"),
        answering("2"),
        answering(),
        calling('{"text": "a"}').replace('"id": "1", ', ""),
        answering("1", tools=[{"type": "function", "function": {"name": "join"}}]),
        talk(("user", "a"), ("tool", "b"), ("assistant", "c")),
    ),
    profile="openai",
)
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not isinstance(line.value, dict):
        return
    tools = line.value.get("tools")
    if tools is not None and not (isinstance(tools, list) and all(isinstance(one, dict) for one in tools)):
        yield Problem("'tools' is no list of objects; write one for each function", line.column('"tools"'))
    messages = line.value.get("messages")
    listed = [one if isinstance(one, dict) else {} for one in messages] if isinstance(messages, list) else []
    for number, message in enumerate(listed, start=1):
        called = next((key for key in ("tool_calls", "function_call", "role") if key in message), "")
        for wrong in wrongs(message, functions_of(tools)):
            yield Problem(f"message {number}: {wrong}", found=f'"{called}"', message_number=number)
    if "tool_call_id" in scope.profile.message_keys:
        yield from results(listed)


def functions_of(tools: object) -> set[str]:
    """The names of the functions that there are; empty where that is not said."""
    given = [one.get("function") for one in tools if isinstance(one, dict)] if isinstance(tools, list) else []
    return {one["name"] for one in given if isinstance(one, dict) and isinstance(one.get("name"), str)}


def results(messages: Sequence[dict[str, Any]]) -> Iterator[Problem]:
    """Each result belongs to a call before it, and a call that is followed by something else has one."""
    waiting: dict[object, int] = {}
    for number, message in enumerate(messages, start=1):
        if message.get("role") == "tool":
            if waiting.pop(str(message.get("tool_call_id")), None) is None:
                said = f"message {number}: the result of no call before it; write that call's id as its tool_call_id"
                yield Problem(said, found='"role"', message_number=number)
            continue
        for name, at in waiting.items():
            said = f"message {at}: the call {name!r} has no result, and message {number} follows; write the result"
            yield Problem(said, found='"tool_calls"', message_number=at, warns=True)
        calls = message.get("tool_calls")
        given = [one for one in calls if isinstance(one, dict)] if isinstance(calls, list) else []
        waiting = {str(one["id"]): number for one in given if one.get("id")}
        if len(waiting) < len(given):
            said = f"message {number}: a call without an id of its own; write one, and it as its result's tool_call_id"
            yield Problem(said, found='"tool_calls"', message_number=number)


def wrongs(message: dict[str, Any], functions: set[str]) -> Iterator[str]:
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
        elif functions and call["name"] not in functions:
            yield f"the function {call['name']!r} is not among the line's tools; add it there"
        elif not is_json(call.get("arguments")):
            yield f"the arguments of {call['name']!r} are no JSON in a text; write an object, as a text"


def is_json(arguments: object) -> bool:
    try:
        return isinstance(arguments, str) and isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        return False
