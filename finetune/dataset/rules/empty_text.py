"""No text is empty or blank."""

from collections.abc import Iterator, Sequence

from finetune.records.dataset import Line
from finetune.records.params import Validate


def check(lines: Sequence[Line], params: Validate) -> Iterator[tuple[Line, str]]:
    for line in lines:
        if line.example is None:
            continue
        if not line.example.system.strip():
            yield line, "the system text is empty; write the prompt"
        for position, message in enumerate(line.example.messages):
            if not message.content.strip():
                yield line, f"message {position} ({message.role}) is empty; write its text, or take the line out"
