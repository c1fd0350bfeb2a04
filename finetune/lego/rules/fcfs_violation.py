"""FCFS: the first seed that maps a known chunk claims it; a later seed that needs another target chunks up."""

from collections.abc import Iterator, Sequence

from finetune.lego.claims import violations
from finetune.records.course import Claim, Seed
from finetune.records.finding import CourseFinding, Severity

SEVERITY: Severity = "critical"


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed, pair, first in violations(course):
        message = (
            f"{pair.known_chunk!r} is {pair.target_chunk!r} here, but {first.seed_id} claimed it as "
            f"{first.target_chunk!r}; take more words in"
        )
        yield CourseFinding(
            "FCFS_VIOLATION",
            SEVERITY,
            seed.course,
            seed.seed_id,
            message,
            pair.known_chunk,
            first,
            Claim(pair.known_chunk, pair.target_chunk, seed.seed_id),
            pair.owner,
        )
