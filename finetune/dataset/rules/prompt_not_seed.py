"""A user message is a seed as JSON: the pair, its languages and the claims that bear on it."""

from collections.abc import Iterator, Sequence

from finetune.dataset.examples import read_prompt
from finetune.records.dataset import Line
from finetune.records.params import Validate


def check(lines: Sequence[Line], params: Validate) -> Iterator[tuple[Line, str]]:
    for line in lines:
        prompt = line.said("user")
        if prompt is None or not prompt.strip():
            continue
        try:
            read_prompt(prompt)
        except ValueError as error:
            yield line, f"the prompt does not parse ({error}); write the seed as JSON"
