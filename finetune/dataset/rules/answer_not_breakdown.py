"""An answer is a breakdown as JSON: `lego_pairs` and `feeder_pairs`."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat, lego
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((lego(("I want", "quiero")),), lego=True)
BAD = Sample((lego(("I want", "quiero")), chat(answer="I think that")), lego=True)


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if scope.lego and line.chat and line.answer is None and line.chat.last("assistant").strip():
        yield Problem(f"the answer does not parse ({line.answer_error}); write the breakdown as JSON")
