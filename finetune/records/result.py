"""What models answered, and how good it was: `generation-N-predictions.jsonl` and `generation-N-results.json`."""

from typing import Literal

import msgspec

from finetune.records.course import Breakdown, Claim

Group = Literal["seen", "unseen", "left_out", "never_trained"]
"""seen: this very seed was trained on. unseen: its number was trained on in no course. left_out: the number was, in
another course. never_trained: a course without any training example. They are never mixed."""


class Prediction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A model's answer for one seed, of one sample.

    `breakdown` is None where the answer does not parse, and `error` says why. `failed` says why there is no answer at
    all: such a call is missing, never wrong.
    """

    course: str
    seed_id: str
    model: str
    answer: str
    breakdown: Breakdown | None = None
    error: str = ""
    sample: int = 1
    failed: str = ""


class Agreement(msgspec.Struct, frozen=True):
    """Chunk pairs in common (lower-cased, stripped), in the answers, and in the truth."""

    common: int
    answered: int
    right: int

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(self.common + other.common, self.answered + other.answered, self.right + other.right)

    @property
    def f1(self) -> float:
        """2·common / (answered + right); 0 where there is nothing to compare."""
        total = self.answered + self.right
        return 2 * self.common / total if total else 0.0


class Violation(msgspec.Struct, frozen=True):
    """Two mappings of one known chunk: the first, and the one that broke its claim; and the samples that have it."""

    seed_id: str
    known_chunk: str
    first: Claim
    violating: Claim
    samples: tuple[int, ...] = (1,)


Count = int | float
"""Whole where one sample is counted; the mean over samples otherwise."""


class CourseResult(msgspec.Struct, frozen=True):
    """One course as one model answered it: the mean over its samples.

    `quality` is the original's score. `scaled_quality` is the same for a course of 30 seeds that loses as many points
    per seed, so that it does not depend on the course's length; 0 where no LEGO is named. `clean_lego_rate` is the part
    of all LEGOs, gaps in the tiling and answers that do not parse (None: there is none of them) on which no rule finds
    anything.
    `violations_per_100_legos` counts what the original's rules find (None: no LEGO). `by_type` is the original's,
    `structure` the findings beside its score.
    """

    quality: float
    scaled_quality: float
    clean_lego_rate: float | None
    violations_per_100_legos: float | None
    seeds: int
    samples: int
    legos: Count
    unparsed: Count
    failed: Count
    issues: dict[str, Count]
    by_type: dict[str, Count]
    structure: dict[str, Count]
    fcfs_violations: list[Violation]


class Results(msgspec.Struct, frozen=True, omit_defaults=True):
    """`generation-N-results.json`. `score` gives the same, without a generation and a model."""

    overall_metrics: dict[str, Count | None]
    by_course: dict[str, CourseResult]
    generation: int | None = None
    model: str | None = None
