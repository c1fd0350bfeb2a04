"""No answer that is taught is one that a correction called wrong."""

from collections.abc import Iterator

from finetune.dataset.digests import answer_digest
from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, lego
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((lego(("I want", "quiero")),), lego=True)
BAD = Sample((lego(("to eat", "comer"), seed_id="S0666"),), lego=True)
"""The contract test calls any answer of S0666 wrong."""


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if scope.wrong and line.prompt and line.answer:
        called = scope.wrong.get(answer_digest(line.prompt.course, line.prompt.seed_id, line.answer))
        if called:
            yield Problem(f"the correction {called} calls this answer wrong; write the corrected one")
