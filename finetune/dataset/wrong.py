"""Which answers corrections call wrong: none of them is to be taught."""

from collections.abc import Sequence

from finetune.dataset.digests import answer_digest
from finetune.records.course import Correction, Courses


def called_wrong(truth: Courses, corrections: Sequence[Correction]) -> dict[bytes, str]:
    """The digest of each answer that a correction changed, with its id, unless a later one made it right again."""
    told = {(one.course, one.seed_id) for one in corrections}
    corrected = [seed for seeds in truth.values() for seed in seeds if (seed.course, seed.seed_id) in told]
    right = {answer_digest(seed.course, seed.seed_id, seed.breakdown) for seed in corrected}
    wrong = {answer_digest(one.course, one.seed_id, one.before): one.id for one in corrections}
    return {digest: correction for digest, correction in wrong.items() if digest not in right}
