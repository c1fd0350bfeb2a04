"""No answer begins or ends with blank space: it would be learnt."""

import json
from collections.abc import Iterator
from decimal import Decimal
from math import isinf

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.dataset.texts.edges import BLANK, bare, is_indented, is_paragraph, lead, stripped
from finetune.records.dataset import BOM, Line
from finetune.records.profile import Scope

GOOD = Sample((chat(), chat(answer="\u3000\u3000春天来了。\n\u3000\u3000小鸟在唱歌。")))
BAD = Sample(
    (
        chat(answer="I want = quiero\n\n"),
        chat(answer=" I want = quiero"),
        chat(answer="\ufeffI want = quiero\u200b"),
        chat(answer="\n\u3000春天来了。"),
    )
)
FIX = "strips the answers"
PLACED = 1_000
"""Messages of a line whose columns are looked for: each looks through the line, which for all would be its square."""


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    for number, message in enumerate(line.chat.messages if line.chat else ()):
        if message.role == "assistant" and message.content.strip(BLANK) not in (message.content, ""):
            yield from at_edges(line, message.content, number < PLACED)


def at_edges(line: Line, said: str, placed: bool) -> Iterator[Problem]:
    """What is blank there. The indentation of an answer may be meant, but for that of a LEGO answer."""
    space, end = lead(said), len(said.rstrip(BLANK))
    ends = ["begins"] if space and (line.answer or not is_paragraph(space)) else []
    ends += ["ends"] if end < len(said) else []
    if ends:
        wrong = f"an answer {' and '.join(ends)} with blank space, which would be learnt; strip it"
        meant = ends == ["begins"] and not line.answer and is_indented(said)
        where = line.place(said, 0 if "begins" in ends else end) if placed else 0
        yield Problem(wrong, where, warns=meant)


def mend(line: Line) -> bytes | None:
    """The line as it is where there is nothing to strip in a text, or where JSON written again would say less."""
    strip = bare if line.answer else stripped
    try:
        value = json.loads(line.text, object_pairs_hook=once, parse_float=finite)
        answers = [one for one in value["messages"] if isinstance(one, dict) and one.get("role") == "assistant"]
        cut = [one for one in answers if isinstance(one.get("content"), str) and one["content"].strip(BLANK)]
        cut = [one for one in cut if one["content"] != strip(one["content"])]
        for message in cut:
            message["content"] = strip(message["content"])
        mark = BOM if line.raw.startswith(BOM) else b""  # another rule's
        return mark + json.dumps(value, ensure_ascii=False).encode() if cut else line.raw
    except ValueError:
        return line.raw


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
