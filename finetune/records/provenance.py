"""Where a training line comes from: one line of `provenance.jsonl`, since providers refuse extra keys in theirs."""

import msgspec

from finetune.records.dataset import Side


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A correction that led to a line's answer, and the generation whose answer it corrected.

    `after` is the digest of what it called right, in 16 hexadecimal digits: the correction may be another one day.
    """

    correction: str
    reviewer: str
    corrected_at: str
    generation: int
    after: str = ""

    def __str__(self) -> str:
        return f"{self.correction} by {self.reviewer}, {self.corrected_at[:10]}"


class Source(msgspec.Struct, frozen=True):
    """What a line's provenance says besides its place, which is known once all courses before are made."""

    sha256: str
    course: str
    seed_id: str
    corrections: tuple[Origin, ...] = ()


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line by its place and its bytes' sha256 (without the line end), its seed, and the corrections of it, oldest
    first; without any, the answer is as it was generated."""

    side: Side
    line: int
    sha256: str
    course: str
    seed_id: str
    corrections: tuple[Origin, ...] = ()
