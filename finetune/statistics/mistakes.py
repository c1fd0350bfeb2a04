"""What a correction says was wrong, as a known chunk and an error type, and where an answer has that error again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from finetune.lego.tokens import normalise
from finetune.records.course import Answered, Claim, ErrorType, Pair, Seed
from finetune.records.finding import CourseFinding
from finetune.statistics.named import (
    Corrected,
    Named,
    against_a_claim,
    key,
    legos_with_another,
    not_deterministic,
    parents_of_new_feeders,
    removed_chunks,
)


@dataclass(frozen=True)
class Given:
    """An answer with what the rules find in it, and the corrected seed that it is held against."""

    answer: Answered
    findings: Sequence[CourseFinding]
    truth: Seed


Again = Callable[[Given, str], Iterator[Pair]]
"""The pairs of an answer that have this error at this known chunk."""


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
