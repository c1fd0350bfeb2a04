"""What a correction says was wrong: the known chunks that it names, by its error type."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from finetune.lego.check import check
from finetune.lego.claims import Claims
from finetune.lego.tokens import normalise
from finetune.records.course import Breakdown, Correction, Lego, Pair, Seed


@dataclass(frozen=True)
class Corrected:
    """A correction with its seed, and the claims of its corrected course."""

    correction: Correction
    seed: Seed
    claims: Claims


Named = Callable[[Corrected], Iterator[str]]
"""The known chunks, normalised, that a correction of this type says were wrong."""


def key(pair: Pair) -> tuple[str, str]:
    return normalise(pair.known_chunk), normalise(pair.target_chunk)


def pairs(breakdown: Breakdown) -> list[Pair]:
    return [*breakdown.lego_pairs, *breakdown.feeder_pairs]


def removed(corrected: Corrected) -> Iterator[Pair]:
    """The chunk pairs that the correction took out."""
    left = {key(pair) for pair in pairs(corrected.correction.after)}
    yield from (pair for pair in pairs(corrected.correction.before) if key(pair) not in left)


def removed_chunks(corrected: Corrected) -> Iterator[str]:
    yield from (normalise(pair.known_chunk) for pair in removed(corrected))


def against_a_claim(corrected: Corrected) -> Iterator[str]:
    """The removed pairs whose known chunk another seed claimed with another target; all of them if there is none."""
    wrong, found = [key(pair) for pair in removed(corrected)], []
    for known, target in wrong:
        claim = corrected.claims.get(known)
        if claim and claim.seed_id != corrected.seed.seed_id and normalise(claim.target_chunk) != target:
            found.append(known)
    yield from found or [known for known, _ in wrong]


def not_deterministic(corrected: Corrected) -> Iterator[str]:
    """The chunks at which the FD rules find something; all removed ones where they find nothing."""
    before = corrected.seed.with_breakdown(corrected.correction.before)
    found = [normalise(one.known_chunk) for one in check([before]) if one.rule.startswith("FD_VIOLATION")]
    yield from found or removed_chunks(corrected)


def legos_with_another(trait: Callable[[Lego], object]) -> Named:
    """The LEGOs that stayed what they are but for this trait, or became feeders."""

    def named(corrected: Corrected) -> Iterator[str]:
        after = {key(lego): trait(lego) for lego in corrected.correction.after.lego_pairs}
        for lego in corrected.correction.before.lego_pairs:
            if after.get(key(lego)) != trait(lego):
                yield normalise(lego.known_chunk)

    return named


def parents_of_new_feeders(corrected: Corrected) -> Iterator[str]:
    before = {key(feeder) for feeder in corrected.correction.before.feeder_pairs}
    parents = {lego.lego_id: lego for lego in corrected.correction.after.lego_pairs}
    for feeder in corrected.correction.after.feeder_pairs:
        if key(feeder) not in before and feeder.parent_lego_id in parents:
            yield normalise(parents[feeder.parent_lego_id].known_chunk)
