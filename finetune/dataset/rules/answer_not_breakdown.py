"""An answer is a breakdown as JSON: `lego_pairs` and `feeder_pairs`."""

from collections.abc import Iterator, Sequence

from finetune.dataset.examples import read_answer
from finetune.records.dataset import Line
from finetune.records.params import Validate


def check(lines: Sequence[Line], params: Validate) -> Iterator[tuple[Line, str]]:
    for line in lines:
        answer = line.said("assistant")
        if answer is None or not answer.strip():
            continue
        try:
            read_answer(answer)
        except ValueError as error:
            yield line, f"the answer does not parse ({error}); write the breakdown as JSON"
