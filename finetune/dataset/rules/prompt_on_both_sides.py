"""No prompt of the validation side was trained on: its score would be memory."""

from collections.abc import Iterator, Sequence

from finetune.dataset.groups import by_prompt
from finetune.records.dataset import Line
from finetune.records.params import Validate


def check(lines: Sequence[Line], params: Validate) -> Iterator[tuple[Line, str, Sequence[Line]]]:
    for group in by_prompt(lines).values():
        training = [line for line in group if line.side == "training"]
        for line in group:
            if line.side == "validation" and training:
                yield line, f"its prompt is trained on in {training[0].where}; keep it on one side", group
