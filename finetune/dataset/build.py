"""Corrected courses -> the examples of both sides, and every seed that was left out, with its reason."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from finetune.dataset.examples import example
from finetune.dataset.split import side
from finetune.lego.check import check, critical
from finetune.lego.claims import Claims, bearing, claim
from finetune.records.correcting import Corrected
from finetune.records.course import Seed
from finetune.records.dataset import Example, LeftOut, Side
from finetune.records.params import Prepare
from finetune.records.provenance import Origin, Provenance


@dataclass
class Dataset:
    """raw in = examples of both sides + left out. `provenance` has a record for each example, in the same order."""

    examples: dict[Side, list[Example]] = field(default_factory=lambda: {"training": [], "validation": []})
    provenance: dict[Side, list[Provenance]] = field(default_factory=lambda: {"training": [], "validation": []})
    left_out: list[LeftOut] = field(default_factory=list)


def mistakes(course: list[Seed]) -> dict[str, str]:
    """Seed id -> its critical findings, in words."""
    found: dict[str, list[str]] = {}
    for finding in critical(check(course)):
        found.setdefault(finding.seed_id, []).append(f"{finding.rule}: {finding.message}")
    return {seed_id: " | ".join(messages) for seed_id, messages in found.items()}


def disagreements(corrected: Corrected, seeds: Iterable[Seed]) -> dict[str, str]:
    """Seed id -> the corrections that disagree on it, in words."""
    found = {seed.seed_id: corrected.disputed.get((seed.course, seed.seed_id)) for seed in seeds}
    return {
        seed_id: f"its corrections disagree ({', '.join(one.id for one in ones)}; prepare.conflicts is exclude)"
        for seed_id, ones in found.items()
        if ones
    }


def provenance(on: Side, number: int, made: Example, seed: Seed, corrected: Corrected) -> Provenance:
    digest = hashlib.sha256(msgspec.json.encode(made)).hexdigest()
    origins = (
        Origin(one.id, one.reviewer, one.corrected_at, one.generation)
        for one in corrected.chains.get((seed.course, seed.seed_id), ())
    )
    return Provenance(on, number, digest, seed.course, seed.seed_id, tuple(origins))


def build(corrected: Corrected, system: str, params: Prepare) -> Dataset:
    """One example per seed, course by course in teaching order.

    A training prompt shows claims of earlier training seeds only: a validation seed's claim would give its answer
    away. A validation prompt shows what a model in use would see: the claims of all earlier seeds.
    """
    dataset, courses = Dataset(), corrected.courses
    for course in sorted(courses):
        if course in params.never_trained:
            reason = "the course is never trained on (prepare.never_trained)"
            dataset.left_out += [LeftOut(course, seed.seed_id, reason) for seed in courses[course]]
        else:
            add_course(dataset, courses[course], corrected, system, params)
    return dataset


def add_course(dataset: Dataset, seeds: list[Seed], corrected: Corrected, system: str, params: Prepare) -> None:
    """Add a course's examples to the dataset, building the claims of each side on the way."""
    wrong = mistakes(seeds) | disagreements(corrected, seeds)
    claims: dict[Side, Claims] = {"training": {}, "validation": {}}
    for seed in seeds:
        if seed.seed_id in wrong:
            dataset.left_out.append(LeftOut(seed.course, seed.seed_id, wrong[seed.seed_id]))
            continue
        on = side(seed.number, params.split_salt, params.validation_fraction)
        made = example(seed, bearing(claims[on], seed.known), system)
        dataset.examples[on].append(made)
        number = len(dataset.examples[on])
        dataset.provenance[on].append(provenance(on, number, made, seed, corrected))
        claim(claims["validation"], seed)
        if on == "training":
            claim(claims["training"], seed)
