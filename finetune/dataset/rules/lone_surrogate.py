"""No text has half a surrogate pair: it is no character, and cannot be written as UTF-8."""

import json
import re
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat("😀"),))
BAD = Sample((chat().replace("eat", "\\ud83d"),))
ESCAPES = (b"\\ud", b"\\uD")
HALF = re.compile("[\ud800-\udfff]")
ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(u[dD][89a-fA-F]\w\w)|.)")
"""What a backslash begins: a pair, half of one, or anything else, a backslash among it."""
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if any(escape in line.raw for escape in ESCAPES) and HALF.search(json.dumps(line.value, ensure_ascii=False)):
        at = next((found.start() for found in ESCAPE.finditer(line.raw) if found[1]), 0)
        yield Problem(
            "half of a surrogate pair, which is no character; write the character itself",
            len(line.raw[:at].decode("utf-8", "replace")) + 1,
        )
