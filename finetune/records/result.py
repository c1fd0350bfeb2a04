"""What models answered, and how good it was."""

from typing import Literal

import msgspec

from finetune.records.course import Breakdown, Claim

Group = Literal["seen", "unseen", "left_out", "never_trained"]
"""seen: this very seed was trained on. unseen: its number was trained on in no course. left_out: the number was, in
another course. never_trained: a course without any training example. They are never mixed."""


class Prediction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A model's answer for one seed; `breakdown` is None where the answer does not parse, and `error` says why."""

    course: str
    seed_id: str
    model: str
    answer: str
    breakdown: Breakdown | None = None
    error: str = ""


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
    """Two mappings of one known chunk: the first, and the one that broke its claim."""

    seed_id: str
    known_chunk: str
    first: Claim
    violating: Claim


class CourseResult(msgspec.Struct, frozen=True):
    """One course as one model answered it, by the original's score."""

    quality: float
    seeds: int
    legos: int
    unparsed: int
    issues: dict[str, int]
    by_type: dict[str, int]
    fcfs_violations: list[Violation]


class GroupResult(msgspec.Struct, frozen=True):
    """The answers of one group of seeds: exact chunk-pair precision, recall and F1, and FCFS violations."""

    seeds: int
    f1: float
    precision: float
    recall: float
    fcfs_violations: int


class Results(msgspec.Struct, frozen=True):
    """`generation-N-results.json`."""

    generation: int
    model: str
    overall_metrics: dict[str, float]
    by_group: dict[str, GroupResult]
    by_course: dict[str, CourseResult]
