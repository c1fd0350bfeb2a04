"""What people answered to one task in a reviewing tool, and what reading a folder of answers came to."""

from collections.abc import Iterable

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


class LeftOutRecord(msgspec.Struct, frozen=True):
    """An answer, or a task without one, that is no correction. `where` is its place, `reason` a word or two."""

    where: str
    reason: str


class Retraction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `retractions.jsonl`: this correction is withdrawn, from the next generation on."""

    correction: str
    reason: str
    by: str
    at: str


Given = Located[Correction] | LeftOutRecord
"""What a file holds: corrections, and what is none."""


class Read(msgspec.Struct, frozen=True):
    """What came in: corrections, oldest first, of which some are retracted, and answers that are none (left out).

    `idle` are retractions, in words, of corrections that are not there.
    """

    said: list[Located[Correction]] = []
    left_out: list[LeftOutRecord] = []
    retracted: dict[str, Retraction] = {}
    idle: list[str] = []

    @property
    def corrections(self) -> list[Located[Correction]]:
        """Those that count, oldest first."""
        return [line for line in self.said if line.value.id not in self.retracted]

    @property
    def raw(self) -> int:
        return len(self.said) + len(self.left_out)

    def add(self, given: Iterable[Given]) -> None:
        for one in given:
            if isinstance(one, LeftOutRecord):
                self.left_out.append(one)
            else:
                self.said.append(one)
