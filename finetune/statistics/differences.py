"""Every seed that two sides answered differently, side by side."""

from collections.abc import Mapping, Sequence
from typing import Literal

from finetune.records.comparison import Answer, Difference
from finetune.records.course import Courses, Seed
from finetune.records.result import Group, Prediction
from finetune.statistics.figures import figures
from finetune.statistics.runs import Place, Run, runs_of


def differences(
    truth: Courses,
    baseline: Sequence[Prediction],
    candidate: Sequence[Prediction],
    groups: Mapping[Place, Group],
) -> list[Difference]:
    """The seeds whose answers of the first sample differ, course by course in teaching order; no failed calls."""
    first = min({one.sample for one in baseline} & {one.sample for one in candidate}, default=None)
    if first is None:
        return []
    sides = ([one for one in side if one.sample == first] for side in (baseline, candidate))
    old, new = (runs_of(truth, side)[first] for side in sides)
    return [
        difference(old, new, seed, groups.get((name, seed.seed_id)))
        for name, seeds in truth.items()
        for seed in seeds
        if (name, seed.seed_id) in old.answers.keys() & new.answers.keys()
        and old.answers[name, seed.seed_id] != new.answers[name, seed.seed_id]
    ]


def difference(old: Run, new: Run, seed: Seed, group: Group | None) -> Difference:
    place = seed.course, seed.seed_id
    found = [figures(run.answers[place], seed, run.findings.get(place, ())) for run in (old, new)]
    marks = [(one.measure("clean_lego_rate"), one.measure("agreement")) for one in found]
    outcome: Literal["better", "worse", "changed"] = "changed"
    if marks[0] != marks[1]:
        outcome = "better" if marks[1] > marks[0] else "worse"
    return Difference(
        *place,
        group,
        seed.target,
        seed.known,
        outcome,
        shown(old, place),
        shown(new, place),
        seed.breakdown,
    )


def shown(run: Run, place: Place) -> Answer:
    answer = run.answers[place]
    return Answer(None if answer.error else answer.breakdown, answer.error, tuple(run.findings.get(place, ())))
