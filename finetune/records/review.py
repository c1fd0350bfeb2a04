"""What people answered to one task in a reviewing tool, and what reading a folder of answers came to."""

from dataclasses import dataclass, field

import msgspec

from finetune.records.course import Breakdown, Correction
from finetune.records.located import Located


class Review(msgspec.Struct, frozen=True):
    """One person's submitted answer. `seen` is the breakdown that it was given to; both are JSON text, or its value.

    `error_type` and `reason` are empty where the person chose and wrote none; a correction has both.
    """

    id: str
    course: str
    seed_id: str
    seen: str | Breakdown
    answer: str | Breakdown
    error_type: str
    reason: str
    reviewer: str
    corrected_at: str
    generation: int


@dataclass(frozen=True)
class LeftOutRecord:
    """An answer, or a task without one, that is no correction. `where` is its place, `reason` a word or two."""

    where: str
    reason: str


@dataclass(frozen=True)
class Read:
    """raw in = corrections + left out."""

    corrections: list[Located[Correction]] = field(default_factory=list)
    left_out: list[LeftOutRecord] = field(default_factory=list)

    @property
    def raw(self) -> int:
        return len(self.corrections) + len(self.left_out)

    def add(self, other: "Read") -> None:
        self.corrections.extend(other.corrections)
        self.left_out.extend(other.left_out)
