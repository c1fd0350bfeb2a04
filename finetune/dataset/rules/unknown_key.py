"""A line has no key but those that its provider takes."""

import json
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat, talk
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample((talk(("user", "a"), ("assistant", "b"), id=7),))
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not isinstance(line.value, dict):
        return
    known = scope.profile.keys
    for key in (key for key in line.value if key not in known):
        yield Problem(
            f"unknown key {key!r}; a line has {', '.join(known)}", line.column(json.dumps(key, ensure_ascii=False))
        )
    messages = line.value.get("messages")
    for number, message in enumerate(messages if isinstance(messages, list) else [], start=1):
        for key in message if isinstance(message, dict) else ():
            if key not in scope.profile.message_keys:
                right = ", ".join(scope.profile.message_keys)
                said = f"unknown key {key!r} in message {number}; a message has {right}"
                yield Problem(said, found=json.dumps(key, ensure_ascii=False), message_number=number)
