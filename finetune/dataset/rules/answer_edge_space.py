"""No answer begins or ends with blank space: it would be learnt."""

import json
from collections.abc import Iterator
from decimal import Decimal
from math import isinf

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import BOM, Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample((chat(answer="I want = quiero\n\n"), chat(answer=" I want = quiero")))
FIX = "strips the answers"


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    for message in line.chat.messages if line.chat else ():
        said = message.content
        if message.role == "assistant" and (bare := said.strip()) != said and bare:
            ends = [end for end, cut in (("begins", said.lstrip()), ("ends", said.rstrip())) if cut != said]
            said = f"an answer {' and '.join(ends)} with blank space, which would be learnt; strip it"
            yield Problem(said, warns=ends == ["begins"] and is_indented(message.content))


def mend(line: Line) -> bytes | None:
    """The line as it is where there is nothing to strip in a text, or where JSON written again would say less."""
    try:
        value = json.loads(line.text, object_pairs_hook=once, parse_float=finite)
        answers = [one for one in value["messages"] if isinstance(one, dict) and one.get("role") == "assistant"]
        cut = [one for one in answers if isinstance(one.get("content"), str) and one["content"].strip()]
        cut = [one for one in cut if one["content"] != stripped(one["content"])]
        for message in cut:
            message["content"] = stripped(message["content"])
        mark = BOM if line.raw.startswith(BOM) else b""  # another rule's
        return mark + json.dumps(value, ensure_ascii=False).encode() if cut else line.raw
    except ValueError:
        return line.raw


def stripped(text: str) -> str:
    return text.rstrip() if is_indented(text) else text.strip()


def is_indented(text: str) -> bool:
    """Whether the space that it begins with may be a code's indentation: that of the first of several lines."""
    return "\n" in text.strip() and text[:1] in " \t"


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; ValueError where a key stands twice."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


def finite(text: str) -> float:
    """A number; ValueError where it is too large for one, or would be written otherwise."""
    if isinf(float(text)) or Decimal(repr(float(text))) != Decimal(text):
        raise ValueError
    return float(text)
