"""No key stands twice in one object: readers differ on which of the two counts."""

import json
import re
from collections import Counter
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample(
    (
        '{"system": "a", "system": "b", "messages": []}',
        chat()[:-3] + ', "cont\\u0065nt": "b"}]}',
    )
)
TEXTS = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?')
"""All texts of a line, one after another, and the colon after what is a key."""


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if line.fault or (line.plain and not suspect(line)):
        return
    found: list[str] = []

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        found.extend(key for key, times in Counter(key for key, _ in items).items() if times > 1)
        return dict(items)

    try:
        json.loads(line.text, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return
    for key in found:
        yield Problem(f"the key {key!r} stands twice in one object; keep the right one", line.column(json.dumps(key)))


def suspect(line: Line) -> bool:
    """Whether a plain line has more keys than its shape: in a text, the quotes of a key would be escaped."""
    raw, head, messages = line.raw, line.head, len(line.chat.messages) if line.chat else 0
    return (
        raw.count(b'"system"', head) > (head == 0)
        or raw.count(b'"messages"', head) > 1
        or raw.count(b'"role"', head) > messages
        or raw.count(b'"content"', head) > messages
        or (raw.find(b"\\u", head) >= 0 and any(found[2] and b"\\u" in found[1] for found in TEXTS.finditer(raw, head)))
    )
