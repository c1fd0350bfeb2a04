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
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    at = next((line.raw.find(escape) for escape in ESCAPES if escape in line.raw), -1)
    if at >= 0 and HALF.search(json.dumps(line.value, ensure_ascii=False)):
        yield Problem(
            "half of a surrogate pair, which is no character; write the character itself",
            len(line.raw[:at].decode("utf-8", "replace")) + 1,
        )
