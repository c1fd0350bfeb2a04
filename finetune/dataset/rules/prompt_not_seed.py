"""A user message is a seed as JSON: the pair, its languages and the claims that bear on it."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat, lego
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((lego(("I want", "quiero")),), lego=True)
BAD = Sample((lego(("I want", "quiero")), chat("Split this, please.")), lego=True)


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if scope.lego and line.chat and line.prompt is None and line.chat.last("user").strip():
        yield Problem(f"the prompt does not parse ({line.prompt_error}); write the seed as JSON")
