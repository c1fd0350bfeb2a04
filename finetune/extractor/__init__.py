"""A structured extractor that learns: from chat examples of sentence pairs and their LEGOs to answers for new seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from finetune.dataset.examples import answer_text
from finetune.extractor.examples import Example, read_case
from finetune.extractor.settings import Progress, Settings
from finetune.extractor.weights import Weights, dumps, loads, untrained

__all__ = ["Example", "Progress", "Settings", "Weights", "complete", "dumps", "loads", "train", "untrained"]


def train(
    examples: Sequence[Example],
    validation: Sequence[Example],
    settings: Settings,
    report: Callable[[Progress], None],
) -> Weights:
    """Weights learned from `examples`; see `finetune.extractor.training`, which loads numpy and scipy."""
    from finetune.extractor import training

    return training.train(examples, validation, settings, report)


def complete(weights: Weights, user: str) -> str:
    """The answer, as JSON, to a prompt's JSON. Raises FinetuneError when it is not a prompt."""
    from finetune.extractor.answers import answer, breakdown

    case = read_case(user, "user text")
    return answer_text(breakdown(case, answer(weights, case)))
