"""No answer ends as if more were to come: with an ellipsis, a comma, a colon or an equals sign."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

SEVERITY = "warning"
GOOD = Sample((chat(answer="I want = quiero"), chat(answer="Well... I want it.")))
BAD = Sample((chat(answer="I want ="), chat(answer="I want = quiero, and ..."), chat(answer="The parts are:")))
ENDS = ("...", "…", "=", ":", ",", "，", "、", "،", "：")


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    said = line.chat.last("assistant").rstrip() if line.chat and not line.answer else ""
    if said.endswith(ENDS):
        yield Problem(f"the answer ends with {said[-12:]!r}, as if it were cut; write the rest, if there is one")
