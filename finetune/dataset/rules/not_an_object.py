"""A line is a JSON object."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.rules.wrong_type import name
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(),))
BAD = Sample(("[1, 2]", '"Split it."'))
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.fault and not isinstance(line.value, dict):
        keys = ", ".join(scope.profile.keys)
        several = " on a line for each (jq -c '.[]')" if isinstance(line.value, list) else ""
        yield Problem(f"{name(line.value)}, not an object; write an object with {keys}{several}")
