"""What a course is after its corrections, and what became of each of these."""

from collections.abc import Collection
from dataclasses import dataclass, field

from finetune.records.course import Correction, Courses

Place = tuple[str, str]
"""(course, seed id)."""


@dataclass(frozen=True)
class Reversal:
    """A correction that takes back what an earlier one did: A → B, later B → A."""

    where: str
    correction: Correction
    earlier: Correction

    def __str__(self) -> str:
        who = f"{self.correction.reviewer} against {self.earlier.reviewer}"
        place = f"{self.correction.course} {self.correction.seed_id}"
        said = f"{self.correction.id} takes back {self.earlier.id} in {place} ({who})"
        return f"{self.where}: reversal: {said}; agree on one, and retract the other"


@dataclass
class Corrected:
    """`courses` are the truth that is taught. `chains` has, for each corrected seed, the corrections that led to what
    stands there, oldest first: also one of the `retracted` that another was built on. `overruled` are those that lost
    against others. `disputed` are the seeds on which people disagree, where that is to keep them out: their right
    answer is not known."""

    courses: Courses = field(default_factory=dict)
    chains: dict[Place, tuple[Correction, ...]] = field(default_factory=dict)
    overruled: list[Correction] = field(default_factory=list)
    disputed: dict[Place, tuple[Correction, ...]] = field(default_factory=dict)
    reversals: list[Reversal] = field(default_factory=list)
    retracted: Collection[str] = ()
