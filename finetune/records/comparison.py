"""Two generations compared: `generation-comparison.json`, which the verdict and the report rest on."""

from typing import Annotated, Literal

import msgspec

from finetune.records.course import Breakdown, Claim, ErrorType
from finetune.records.finding import CourseFinding
from finetune.records.result import Group

Outcome = Literal["BETTER", "WORSE", "NO_DIFFERENCE", "UNTESTABLE"]
"""What a test says of the candidate. UNTESTABLE: too few clusters or differences for any test; not "no difference"."""
Judgement = Outcome | Literal["MIXED", "BLOCKED"]
"""MIXED: better by one measure and worse by another. BLOCKED: a side differs from its own other answers, so that no
difference proves anything."""
Healing = Literal["HEALED", "IMPROVED", "UNCHANGED", "REGRESSED", "UNTESTABLE"]
"""HEALED: significantly fewer errors, and none left. IMPROVED: significantly fewer. REGRESSED: significantly more."""
Measure = Literal["clean_lego_rate", "points_lost", "violations", "agreement"]
"""Per seed: the part of its LEGOs (and gaps) that is clean; the original's points lost; the original's violations; the
F1 of its chunk pairs with the truth."""


class Effect(msgspec.Struct, frozen=True):
    """A paired comparison, clustered. Means are over seeds; None where there is nothing to compute it from.

    `low` and `high` are the ends of the interval of the change, `p` is two-sided, `smallest` is the smallest change
    that this many clusters, varying as they do, would show with a power of 80 %.
    """

    seeds: int
    clusters: int
    discordant: int
    baseline: float | None
    candidate: float | None
    change: float | None
    low: float | None
    high: float | None
    p: float | None
    smallest: float | None
    outcome: Outcome
    why: str = ""


class Compared(msgspec.Struct, frozen=True):
    """One figure of both sides; None where a side has nothing to compute it from."""

    baseline: float | None
    candidate: float | None


class GroupComparison(msgspec.Struct, frozen=True):
    """A group of seeds. `missing` are (seed, sample) pairs that a failed call took out on both sides."""

    seeds: int
    missing: int
    effects: dict[Measure, Effect]
    scaled_quality: Compared
    clean_lego_rate: Compared
    violations_per_100_legos: Compared
    f1: Compared
    fcfs_violations: Compared
    answered: Compared
    """How many LEGOs a side names, as a part of how many the corrected seeds have."""
    by_type: dict[str, Compared]
    """Rule -> findings per run of the courses, scored and structure rules alike."""


class Interval(msgspec.Struct, frozen=True):
    """A figure with its interval; no interval (None) where seeds are too few or do not vary."""

    value: float
    low: float | None
    high: float | None


class CourseComparison(msgspec.Struct, frozen=True):
    """A course's seeds of one group: the scaled quality of both sides."""

    course: str
    group: Group
    seeds: int
    baseline: Interval
    candidate: Interval


class Occurrence(msgspec.Struct, frozen=True):
    """A seed in which an error occurred on either side: in how many of its `samples`, and what was answered there.

    `answered` are the offending mappings, of whichever side has them.
    """

    course: str
    seed_id: str
    group: Group
    target: str
    known: str
    samples: int
    baseline: int
    candidate: int
    answered: tuple[Claim, ...]


class PatternGroup(msgspec.Struct, frozen=True):
    """How a pattern did in one group. `seeds` are those whose known sentence has the chunk; errors are per run."""

    seeds: int
    baseline: float
    candidate: float
    p: float | None
    p_adjusted: float | None
    outcome: Healing
    why: str = ""


class Pattern(msgspec.Struct, frozen=True):
    """An error that people corrected: its known chunk and type, with the ids of the corrections that name it."""

    known_chunk: str
    error_type: ErrorType
    corrections: tuple[str, ...]
    groups: dict[Group, PatternGroup]
    occurrences: tuple[Occurrence, ...]


class NewlyBroken(msgspec.Struct, frozen=True):
    """A law that the candidate breaks at a known chunk where the baseline breaks it nowhere."""

    known_chunk: str
    rule: str
    occurrences: tuple[Occurrence, ...]


class Criteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a generation has to reach on unseen seeds.

    Points of scaled quality gained and reached, the part of the FCFS violations that went, and patterns healed.
    Where a side names fewer LEGOs than this part (`answered`) of those that are due, its quality and violations are not
    measured: silence breaks no rule.
    """

    quality_gain: Annotated[float, msgspec.Meta(ge=-100, le=100)]
    quality: Annotated[float, msgspec.Meta(ge=0, le=100)]
    fcfs_reduction: Annotated[float, msgspec.Meta(ge=0, le=1)]
    patterns_healed: Annotated[int, msgspec.Meta(ge=0)]
    answered: Annotated[float, msgspec.Meta(gt=0, le=1)]


class Criterion(msgspec.Struct, frozen=True):
    """A success criterion of params.yaml, in words, and whether it is met on unseen seeds."""

    name: str
    wanted: str
    found: str
    met: bool


class Verdict(msgspec.Struct, frozen=True):
    """What may be believed of the measures on unseen seeds, in a sentence, with what a reader has to know besides.

    `p_adjusted` is Holm's, over the measures that the verdict is on; None where one is untestable.
    """

    outcome: Judgement
    p_adjusted: dict[Measure, float | None]
    sentence: str
    caveats: tuple[str, ...]
    criteria: tuple[Criterion, ...]

    @property
    def met(self) -> bool:
        return all(criterion.met for criterion in self.criteria)


UNJUDGED = Verdict("UNTESTABLE", {}, "", (), ())


class Side(msgspec.Struct, frozen=True):
    """A generation as it was asked. `itself` is its A/A run on unseen seeds, its odd samples against its even ones, by
    each measure that the verdict is on; empty where each question was asked once."""

    generation: int
    model: str
    answers: int
    failed: int
    unparsed: int
    itself: dict[Measure, Effect]


class Comparison(msgspec.Struct, frozen=True):
    """`generation-comparison.json`."""

    baseline: Side
    candidate: Side
    measures: tuple[Measure, ...]
    cluster: Literal["seed_number", "course"]
    alpha: float
    criteria: Criteria
    samples: int
    not_scored: int
    """Seeds whose truth still breaks a law: in no group."""
    verdict: Verdict
    groups: dict[Group, GroupComparison]
    courses: tuple[CourseComparison, ...]
    recurrence: dict[Group, Effect]
    """All corrected errors together: errors per seed."""
    patterns: tuple[Pattern, ...]
    newly_broken: tuple[NewlyBroken, ...]


class Answer(msgspec.Struct, frozen=True):
    """One side's first answer to a seed, and what the rules find in it; no `breakdown` where it does not parse."""

    breakdown: Breakdown | None
    error: str
    findings: tuple[CourseFinding, ...]


class Difference(msgspec.Struct, frozen=True):
    """A seed that both sides answered differently, side by side."""

    course: str
    seed_id: str
    group: Group | None
    target: str
    known: str
    outcome: Literal["better", "worse", "changed"]
    baseline: Answer
    candidate: Answer
    truth: Breakdown


class Generation(msgspec.Struct, frozen=True):
    """One entry of `generation-N-history.json`: a generation as it was measured when it was made, on unseen seeds.

    The baseline of the first comparison stands first, with no training: it is the base model.
    """

    generation: int
    model: str
    verdict: str
    scaled_quality: float | None
    clean_lego_rate: float | None
    violations_per_100_legos: float | None
    f1: float | None
    trained: dict[str, list[str]]
    """Course -> the ids of the seeds that it was trained on."""
    params: dict[str, object]
    """Every value of params.yaml, flattened: `submit.hyperparameters.epochs` -> 8."""
    corrections: tuple[str, ...] = ()
    """The corrections, by their ids, that its training answers rest on; sorted."""
    training_sha256: str = ""
    validation_sha256: str = ""
    dataset: dict[str, object] = {}
    """`prepare`'s metrics: what came in, what was used, what was left out."""
