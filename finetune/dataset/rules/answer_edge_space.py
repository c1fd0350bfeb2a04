"""No answer begins or ends with blank space: it would be learnt."""

import json
from collections.abc import Iterator

from finetune.dataset.lint import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample((chat(answer="I want = quiero\n\n"), chat(answer=" I want = quiero")))
FIX = "strips the answers"


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    for message in line.chat.messages if line.chat else ():
        said = message.content
        if message.role == "assistant" and said.strip() and said != said.strip():
            ends = [end for end, cut in (("begins", said.lstrip()), ("ends", said.rstrip())) if cut != said]
            yield Problem(f"an answer {' and '.join(ends)} with blank space, which would be learnt; strip it")


def mend(line: Line) -> bytes | None:
    value = json.loads(line.text)
    for message in value["messages"]:
        if message.get("role") == "assistant" and isinstance(message.get("content"), str):
            message["content"] = message["content"].strip()
    return json.dumps(value, ensure_ascii=False).encode()
