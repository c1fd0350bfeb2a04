"""A line is one JSON object."""

from collections.abc import Iterator, Sequence

from finetune.records.dataset import Line
from finetune.records.params import Validate


def check(lines: Sequence[Line], params: Validate) -> Iterator[tuple[Line, str]]:
    for line in lines:
        if not line.text.strip():
            yield line, "the line is blank; take it out"
        elif line.value is None and line.error:
            yield line, f"not JSON ({line.error}); write one JSON object"
        elif not isinstance(line.value, dict):
            yield line, f'a {type(line.value).__name__}, not an object; write {{"system", "messages"}}'
