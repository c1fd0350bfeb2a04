"""No example stands twice in a file: it would count double."""

from collections.abc import Iterator, Sequence

from finetune.records.dataset import Line
from finetune.records.params import Validate


def check(lines: Sequence[Line], params: Validate) -> Iterator[tuple[Line, str, Sequence[Line]]]:
    seen: dict[tuple[str, object], Line] = {}
    for line in lines:
        if line.example is None:
            continue
        first = seen.setdefault((line.file, line.example), line)
        if first is not line:
            yield line, f"the same example as {first.where}; take one out", (first, line)
