"""Exact agreement of an answer's chunk pairs with the truth."""

from collections import Counter
from collections.abc import Iterable

from finetune.lego.tokens import normalise
from finetune.records.course import Seed
from finetune.records.result import Agreement


def pairs(seed: Seed) -> Counter[tuple[str, str]]:
    """A seed's LEGOs as (target, known), as the laws compare them."""
    return Counter((normalise(lego.target_chunk), normalise(lego.known_chunk)) for lego in seed.lego_pairs)


def agreement(answers: Iterable[Seed], truths: Iterable[Seed]) -> Agreement:
    """Chunk pairs summed over seeds, answers and truths in step: its F1 is the micro-average."""
    total = Agreement(0, 0, 0)
    for answer, truth in zip(answers, truths, strict=True):
        of_answer, of_truth = pairs(answer), pairs(truth)
        total += Agreement((of_answer & of_truth).total(), of_answer.total(), of_truth.total())
    return total
