"""Messages start with the user, alternate, and end with the assistant."""

from collections.abc import Iterator, Sequence

from finetune.records.dataset import Line
from finetune.records.params import Validate


def check(lines: Sequence[Line], params: Validate) -> Iterator[tuple[Line, str]]:
    for line in lines:
        if line.example is None:
            continue
        roles = [message.role for message in line.example.messages]
        right = ["user", "assistant"] * max(1, (len(roles) + 1) // 2)
        if roles != right:
            yield line, f"the roles are {', '.join(roles) or 'none'}; they would be {', '.join(right)}"
