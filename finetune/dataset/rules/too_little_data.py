"""Both sides have as many examples as the provider asks for."""

from collections.abc import Iterator, Sequence

from finetune.records.dataset import Line
from finetune.records.params import Validate


def check(lines: Sequence[Line], params: Validate) -> Iterator[tuple[Line, str]]:
    for side, fewest in (("training", params.fewest_training), ("validation", params.fewest_validation)):
        of_side = [line for line in lines if line.side == side]
        if len(of_side) < fewest:
            last = of_side[-1] if of_side else Line(f"the {side} file", 0, "training", "")
            yield last, f"{len(of_side)} examples; at least {fewest} are needed (validate.fewest_{side})"
