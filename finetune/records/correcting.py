"""What a course is after its corrections, and what became of each of these."""

from collections.abc import Collection

import msgspec

from finetune.records.course import Correction, Courses

Place = tuple[str, str]
"""(course, seed id)."""


class Reversal(msgspec.Struct, frozen=True):
    """A correction that takes back what earlier ones did: A → B, later B → A; or A → B, B → C, later C → A."""

    where: str
    correction: Correction
    earlier: tuple[Correction, ...]

    def __str__(self) -> str:
        return f"{self.where}: reversal: {self.said}; agree on one, and retract the other"

    @property
    def said(self) -> str:
        against = ", ".join(dict.fromkeys(one.reviewer for one in self.earlier))
        ids = ", ".join(one.id for one in self.earlier)
        place = f"{self.correction.course} {self.correction.seed_id}"
        return f"{self.correction.id} takes back {ids} in {place} ({self.correction.reviewer} against {against})"


class Corrected(msgspec.Struct):
    """`courses` are the truth that is taught. `chains` has, for each corrected seed, the corrections that led to what
    stands there, oldest first: also one of the `retracted` that another was built on. `overruled` are those that lost
    against others. `disputed` are the seeds on which people disagree, where that is to keep them out: their right
    answer is not known."""

    courses: Courses = {}
    chains: dict[Place, tuple[Correction, ...]] = {}
    overruled: list[Correction] = []
    disputed: dict[Place, tuple[Correction, ...]] = {}
    reversals: list[Reversal] = []
    retracted: Collection[str] = ()
