"""A line has `system` and `messages`, each message `role` and `content`, all of them text."""

from collections.abc import Iterator, Sequence

from finetune.records.dataset import Line
from finetune.records.params import Validate


def check(lines: Sequence[Line], params: Validate) -> Iterator[tuple[Line, str]]:
    for line in lines:
        if isinstance(line.value, dict) and line.error:
            yield line, f'{line.error}; the shape is {{"system", "messages": [{{"role", "content"}}, …]}}'
