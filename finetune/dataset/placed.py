"""Which side of the split each seed of a course is on, and why some are on none: they are not taught."""

from collections.abc import Iterable, Sequence

from finetune.dataset.split import side
from finetune.lego.check import breaches
from finetune.records.correcting import Corrected
from finetune.records.course import Seed
from finetune.records.dataset import LeftOut, Placed
from finetune.records.params import Prepare


def place(
    seeds: list[Seed], corrected: Corrected, params: Prepare, earlier: Sequence[Placed] = ()
) -> tuple[list[Placed], list[LeftOut]]:
    """Seeds of one course, after those `earlier`: the side of each, and why some are not taught."""
    wrong = reasons(seeds, corrected, params, [seed for seed, _ in earlier])
    placed: list[Placed] = [
        (seed, None if seed.seed_id in wrong else side(seed.number, params.split_salt, params.validation_fraction))
        for seed in seeds
    ]
    return placed, [LeftOut(one.course, one.seed_id, wrong[one.seed_id]) for one, on in placed if not on]


def mistakes(course: list[Seed], earlier: Sequence[Seed] = ()) -> dict[str, str]:
    """Seed id -> its critical findings, in words; `earlier` are seeds before these, with what they claimed."""
    found: dict[str, list[str]] = {}
    for finding in breaches(course, earlier):
        found.setdefault(finding.seed_id, []).append(f"{finding.rule}: {finding.message}")
    return {seed_id: " | ".join(messages) for seed_id, messages in found.items()}


def reasons(seeds: list[Seed], corrected: Corrected, params: Prepare, earlier: Sequence[Seed] = ()) -> dict[str, str]:
    """Id of each seed of a course that is not taught -> why."""
    if seeds and seeds[0].course in params.never_trained:
        return dict.fromkeys((seed.seed_id for seed in seeds), "the course is never trained on (prepare.never_trained)")
    return mistakes(seeds, earlier) | disagreements(corrected, seeds)


def disagreements(corrected: Corrected, seeds: Iterable[Seed]) -> dict[str, str]:
    """Seed id -> the corrections that disagree on it, in words."""
    if not corrected.disputed:
        return {}
    found = {seed.seed_id: corrected.disputed.get((seed.course, seed.seed_id)) for seed in seeds}
    return {
        seed_id: f"its corrections disagree ({', '.join(one.id for one in ones)}; prepare.conflicts is exclude)"
        for seed_id, ones in found.items()
        if ones
    }
