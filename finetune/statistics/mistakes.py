"""What a correction says was wrong, as a known chunk and an error type, and where an answer has that error again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from finetune.lego.check import check
from finetune.lego.claims import Claims
from finetune.lego.tokens import normalise
from finetune.records.course import Answered, Breakdown, Claim, Correction, ErrorType, Feeder, Lego, Seed
from finetune.records.finding import CourseFinding


@dataclass(frozen=True)
class Corrected:
    """A correction with its seed, and the claims of its corrected course."""

    correction: Correction
    seed: Seed
    claims: Claims


@dataclass(frozen=True)
class Given:
    """An answer with what the rules find in it, and the corrected seed that it is held against."""

    answer: Answered
    findings: Sequence[CourseFinding]
    truth: Seed


Pair = Lego | Feeder
Named = Callable[[Corrected], Iterator[str]]
"""The known chunks, normalised, that a correction of this type says were wrong."""
Again = Callable[[Given, str], Iterator[Pair]]
"""The pairs of an answer that have this error at this known chunk."""


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


def found_by(*rules: str) -> Again:
    """The pairs with this known chunk at which one of these rules finds something."""

    def again(given: Given, chunk: str) -> Iterator[Pair]:
        found = [one for one in given.findings if one.rule.startswith(rules) and normalise(one.known_chunk) == chunk]
        for pair in given.answer.pairs:
            if any(key(pair)[0] == chunk and one.lego_id in ("", pair.owner) for one in found):
                yield pair

    return again


def listed_against_the_truth(given: Given, chunk: str) -> Iterator[Pair]:
    """The pairs with this known chunk that the corrected seed does not have."""
    right = {key(pair) for pair in given.truth.pairs}
    yield from (pair for pair in given.answer.pairs if key(pair)[0] == chunk and key(pair) not in right)


def classified_against_the_truth(given: Given, chunk: str) -> Iterator[Pair]:
    """The LEGOs with this known chunk that the corrected seed gives another type, or has as a feeder alone."""
    right = {key(lego): lego.lego_type for lego in given.truth.lego_pairs}
    parts = {key(feeder) for feeder in given.truth.feeder_pairs}
    for lego in given.answer.lego_pairs:
        wanted = right.get(key(lego), "FEEDER" if key(lego) in parts else lego.lego_type)
        if key(lego)[0] == chunk and wanted != lego.lego_type:
            yield lego


def without_a_componentization(given: Given, chunk: str) -> Iterator[Pair]:
    for lego in given.answer.lego_pairs:
        if key(lego)[0] == chunk and lego.lego_type == "COMPOSITE" and not lego.componentization:
            yield lego


def without_its_feeders(given: Given, chunk: str) -> Iterator[Pair]:
    """The LEGOs with this known chunk that lack a feeder which the corrected seed gives the same LEGO."""
    owners = {lego.lego_id: key(lego) for lego in given.truth.lego_pairs}
    wanted = {(owners.get(feeder.parent_lego_id), key(feeder)) for feeder in given.truth.feeder_pairs}
    for lego in given.answer.lego_pairs:
        has = {key(feeder) for feeder in given.answer.feeder_pairs if feeder.parent_lego_id == lego.lego_id}
        if key(lego)[0] == chunk and any(owner == key(lego) and part not in has for owner, part in wanted):
            yield lego


KINDS: Mapping[ErrorType, tuple[Named, Again]] = {
    "FCFS_VIOLATION": (against_a_claim, found_by("FCFS_VIOLATION")),
    "FD_VIOLATION": (not_deterministic, listed_against_the_truth),
    "WRONG_CLASSIFICATION": (legos_with_another(lambda lego: lego.lego_type), classified_against_the_truth),
    "MISSING_COMPONENTIZATION": (legos_with_another(lambda lego: lego.componentization), without_a_componentization),
    "INVALID_COMPONENTIZATION": (
        legos_with_another(lambda lego: lego.componentization),
        found_by("COMPONENTIZATION_MISMATCH"),
    ),
    "WRONG_CHUNKING": (removed_chunks, listed_against_the_truth),
    "MISSING_FEEDER": (parents_of_new_feeders, without_its_feeders),
    "PEDAGOGICAL_ISSUE": (removed_chunks, listed_against_the_truth),
}


def chunks(corrected: Corrected) -> list[str]:
    """The known chunks, normalised and sorted, that a correction names; none where its type does not fit its change."""
    named, _ = KINDS[corrected.correction.error_type]
    return sorted(set(named(corrected)))


def again(error_type: ErrorType, given: Given, chunk: str) -> list[Claim]:
    """The mappings of an answer that have this error at this known chunk."""
    _, recurs = KINDS[error_type]
    return [Claim(pair.known_chunk, pair.target_chunk, given.answer.seed_id) for pair in recurs(given, chunk)]
