"""Corrected courses -> the examples of both sides, and every seed that was left out, with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from finetune.dataset.examples import example
from finetune.dataset.split import side
from finetune.lego.check import check, critical
from finetune.lego.claims import Claims, bearing, claim
from finetune.records.course import Courses, Seed
from finetune.records.dataset import Example, LeftOut, Side
from finetune.records.params import Prepare


@dataclass
class Dataset:
    """raw in = examples of both sides + left out."""

    examples: dict[Side, list[Example]] = field(default_factory=lambda: {"training": [], "validation": []})
    left_out: list[LeftOut] = field(default_factory=list)


def mistakes(course: list[Seed]) -> dict[str, str]:
    """Seed id -> its critical findings, in words."""
    found: dict[str, list[str]] = {}
    for finding in critical(check(course)):
        found.setdefault(finding.seed_id, []).append(f"{finding.rule}: {finding.message}")
    return {seed_id: " | ".join(messages) for seed_id, messages in found.items()}


def build(courses: Courses, system: str, params: Prepare) -> Dataset:
    """One example per seed, course by course in teaching order.

    A training prompt shows claims of earlier training seeds only: a validation seed's claim would give its answer
    away. A validation prompt shows what a model in use would see: the claims of all earlier seeds.
    """
    dataset = Dataset()
    for course in sorted(courses):
        if course in params.never_trained:
            reason = "the course is never trained on (prepare.never_trained)"
            dataset.left_out += [LeftOut(course, seed.seed_id, reason) for seed in courses[course]]
        else:
            add_course(dataset, courses[course], system, params)
    return dataset


def add_course(dataset: Dataset, seeds: list[Seed], system: str, params: Prepare) -> None:
    """Add a course's examples to the dataset, building the claims of each side on the way."""
    wrong: Mapping[str, str] = mistakes(seeds)
    claims: dict[Side, Claims] = {"training": {}, "validation": {}}
    for seed in seeds:
        if seed.seed_id in wrong:
            dataset.left_out.append(LeftOut(seed.course, seed.seed_id, wrong[seed.seed_id]))
            continue
        on = side(seed.number, params.split_salt, params.validation_fraction)
        dataset.examples[on].append(example(seed, bearing(claims[on], seed.known), system))
        claim(claims["validation"], seed)
        if on == "training":
            claim(claims["training"], seed)
