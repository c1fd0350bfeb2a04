"""No answer was cut off: JSON that ends too early, an open code block, a note that it was cut."""

import json
import re
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.dataset.texts.fences import left_open
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample(
    (
        chat(answer='{"a": [1]}'),
        chat(answer="Use `a`, or\n```\nb\n```"),
        chat(answer="Type ``` to open a block."),
        chat(answer="[1, 2,]"),
        chat(answer="[0, 1)"),
        chat(answer="{{"),
        chat(answer="- ```py\n  x\n  ```\n1. ~~~\n   y\n   ~~~"),
        chat(answer="````\n```\n````\n~~~py\n    a.b\n    ~~^~~\n    ~~~~^~~\n~~~"),
    )
)
BAD = Sample((chat(answer='{"a": [1'), chat(answer="Use\n```\nb"), chat(answer="I want = quiero [Output truncated]")))

NOTE = re.compile(
    r"[\[(](?:(?:output|text|content|response)[ -])?(?:truncated|cut)\b[^\[\]()]{0,40}[\])]\Z", re.IGNORECASE
)


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.chat or line.answer:
        return
    for message in line.chat.messages:
        if message.role == "assistant":
            yield from cut(line, message.content)


def cut(line: Line, content: str) -> Iterator[Problem]:
    said = content.rstrip()
    if said[:1] in ("{", "[") and ends_early(said):
        yield Problem("the answer is JSON that ends too early; write the whole of it", line.place(content, len(said)))
    elif (at := left_open(said)) is not None:
        wrong = "the answer opens a code block and does not close it; write the whole of it"
        yield Problem(wrong, line.place(content, at))
    elif note := NOTE.search(said, max(0, len(said) - 80)):
        where = line.place(content, note.start())
        yield Problem(f"the answer ends with {note[0]!r}; write the whole of it", where)


def ends_early(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        rest = text[error.pos :].strip()
        return (rest in ("", ",", ":", "[", "{", "-") and '"' in text) or error.msg.startswith("Unterminated string")
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets in brackets
        return False
    return False
