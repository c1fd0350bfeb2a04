"""No answer begins or ends with blank space: it would be learnt."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.dataset.texts.edges import BLANK, bare, is_indented, is_paragraph, lead, stripped
from finetune.records.dataset import BOM, Chat, Line
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
CONTENT = re.compile(r'"content"\s*:\s*("(?:[^"\\]|\\.)*")')
UNIT = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL)
PLACED = 1_000
"""Messages of a line whose columns are looked for: each looks through the line, which for all would be its square."""


def suspects(lines: Iterable[Line]) -> list[Line]:
    """Those of the lines in which `check` finds something: most are told by a look at the edges alone."""
    return [line for line in lines if line.chat and any_at_edges(line.chat) and any(problems(line))]


def any_at_edges(chat: Chat) -> bool:
    """Whether an answer begins or ends with blank space."""
    for message in chat.messages:
        if message.role == "assistant" and (said := message.content) and (said[0] in BLANK or said[-1] in BLANK):
            return True
    return False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    return problems(line)


def problems(line: Line) -> Iterator[Problem]:
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
    """The line with its answers stripped and every other byte as it was; all of it where that cannot surely be done."""
    strip, mark = bare if line.answer else stripped, BOM if line.raw.startswith(BOM) else b""  # that is another rule's
    try:
        value = decoded(line.text)
        said = [one for one in value["messages"] if isinstance(one, dict) and isinstance(one.get("content"), str)]
        places = list(CONTENT.finditer(line.text))
        if [json.loads(place[1]) for place in places] != [one["content"] for one in said]:
            return line.raw
        mended, at = "", 0
        for place, message in zip(places, said, strict=True):
            if message.get("role") == "assistant" and (left := strip(message["content"])):
                mended += line.text[at : place.start(1)] + cut(place[1], message["content"], left)
                at, message["content"] = place.end(1), left
        mended += line.text[at:]
        return mark + mended.encode() if decoded(mended) == value else line.raw
    except (ValueError, RecursionError):
        return line.raw


def cut(spelt: str, said: str, left: str) -> str:
    """How a text is spelt, less what is blank at its edges: of that, every character is one or one escape."""
    begins, units = said.index(left), UNIT.findall(spelt[1:-1])
    return f'"{"".join(units[begins : len(units) - (len(said) - begins - len(left))])}"'


def decoded(text: str) -> dict[str, Any]:
    """The JSON of a line, its numbers as they are spelt; ValueError where a key stands twice in an object."""
    value: dict[str, Any] = json.loads(text, object_pairs_hook=once, parse_int=str, parse_float=str, parse_constant=str)
    return value


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)
