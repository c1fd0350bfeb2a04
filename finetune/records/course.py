"""What a course is made of: seeds, their LEGOs and feeders, and the corrections people gave."""

from typing import Annotated, Literal

import msgspec

LegoType = Literal["BASE", "COMPOSITE", "FEEDER"]
ErrorType = Literal[
    "FCFS_VIOLATION",
    "FD_VIOLATION",
    "WRONG_CLASSIFICATION",
    "MISSING_COMPONENTIZATION",
    "INVALID_COMPONENTIZATION",
    "WRONG_CHUNKING",
    "MISSING_FEEDER",
    "PEDAGOGICAL_ISSUE",
]


# gc=False: records that only hold texts and each other are in no cycle, and the collector need not look for one.


class Lego(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """A chunk pair that a seed introduces."""

    lego_id: str
    lego_type: LegoType
    target_chunk: str
    known_chunk: str
    componentization: str | None = None

    @property
    def owner(self) -> str:
        """The LEGO that answers for this pair: itself."""
        return self.lego_id


class Feeder(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A part of a COMPOSITE, with the LEGO that it belongs to."""

    feeder_id: str
    target_chunk: str
    known_chunk: str
    parent_lego_id: str

    @property
    def owner(self) -> str:
        """The LEGO that answers for this pair: its parent."""
        return self.parent_lego_id


Pair = Lego | Feeder


class Breakdown(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A model's or a person's whole answer for one seed."""

    lego_pairs: tuple[Lego, ...]
    feeder_pairs: tuple[Feeder, ...]


NOTHING = Breakdown((), ())
"""The breakdown of an answer that does not parse: it teaches nothing and claims nothing."""


class Seed(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A sentence pair of a course with its breakdown: one line of a course file."""

    course: str
    seed_id: str
    target_language: str
    known_language: str
    target: str
    known: str
    lego_pairs: tuple[Lego, ...]
    feeder_pairs: tuple[Feeder, ...]

    @property
    def breakdown(self) -> Breakdown:
        return Breakdown(self.lego_pairs, self.feeder_pairs)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Its LEGOs, then its feeders: the order in which they claim."""
        return (*self.lego_pairs, *self.feeder_pairs)

    @property
    def number(self) -> int:
        """12 for S0012. Seeds of one number are one English sentence, in every course."""
        return int(self.seed_id[1:])

    def with_breakdown(self, breakdown: Breakdown) -> "Seed":
        return msgspec.structs.replace(self, lego_pairs=breakdown.lego_pairs, feeder_pairs=breakdown.feeder_pairs)


class Answered(Seed, frozen=True, gc=False, forbid_unknown_fields=True):
    """A seed as a model answered it. `error` says why its answer does not parse: it has no LEGOs then."""

    error: str = ""


Courses = dict[str, list[Seed]]
"""Course code -> its seeds, in teaching order."""


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reviewer changed in one seed, and why: one line of a corrections file."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    course: str
    seed_id: str
    error_type: ErrorType
    before: Breakdown
    after: Breakdown
    reason: str
    reviewer: Annotated[str, msgspec.Meta(min_length=1)]
    corrected_at: str
    generation: Annotated[int, msgspec.Meta(ge=0)]


class Claim(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A known chunk, the target that it has from the first seed that mapped it (FCFS), and that seed."""

    known_chunk: str
    target_chunk: str
    seed_id: str = ""
