"""No answer was cut off: JSON that ends too early, an open code block, a note that it was cut."""

import json
import re
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample(
    (
        chat(answer='{"a": [1]}'),
        chat(answer="Use `a`, or\n```\nb\n```"),
        chat(answer="Type ``` to open a block."),
        chat(answer="[1, 2,]"),
    )
)
BAD = Sample((chat(answer='{"a": [1'), chat(answer="Use\n```\nb"), chat(answer="I want = quiero [truncated]")))

FENCE = re.compile(r"^[ \t>]*```", re.MULTILINE)


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.chat or line.answer:
        return
    said = line.chat.last("assistant").rstrip()
    if said[:1] in ("{", "[") and ends_early(said):
        yield Problem("the answer is JSON that ends too early; write the whole of it")
    elif len(FENCE.findall(said)) % 2:
        yield Problem("the answer opens a code block and does not close it; write the whole of it")
    elif said.endswith(("[truncated]", "[cut]", "(truncated)")):
        yield Problem(f"the answer ends with {said[-11:]!r}; write the whole of it")


def ends_early(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        comma = text[error.pos :].strip() in ("]", "}")  # there is one too many, and an end
        return (error.pos >= len(text) - 1 and not comma) or error.msg.startswith("Unterminated string")
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets in brackets
        return False
    return False
