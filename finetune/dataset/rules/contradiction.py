"""One prompt has one answer."""

from collections.abc import Iterator, Sequence

from finetune.dataset.groups import by_prompt
from finetune.records.dataset import Line
from finetune.records.params import Validate


def check(lines: Sequence[Line], params: Validate) -> Iterator[tuple[Line, str, Sequence[Line]]]:
    for group in by_prompt(lines).values():
        answers = {line.said("assistant") for line in group}
        if len(answers) > 1:
            where = ", ".join(line.where for line in group)
            for line in group:
                yield line, f"one prompt with {len(answers)} answers, in {where}; keep the right one", group
