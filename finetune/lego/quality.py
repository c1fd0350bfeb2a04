"""What findings make of a course: the original's quality score, counts, and how many LEGOs are clean."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from finetune.records.course import Seed
from finetune.records.finding import CourseFinding

PENALTIES = {"critical": 5.0, "high": 2.0, "medium": 0.5}
USUAL_SEEDS = 30
"""The length of the courses that the original's score was made for."""
INSTEAD_OF_A_LEGO = frozenset({"GAP_IN_TILING", "ANSWER_NOT_PARSED"})
"""The rules that find a LEGO missing."""


def scored(findings: Iterable[CourseFinding]) -> list[CourseFinding]:
    """The findings that the original counts; structure findings are reported beside the score."""
    return [finding for finding in findings if finding.severity != "structure"]


def points_lost(findings: Iterable[CourseFinding]) -> float:
    """5·critical + 2·high + 0.5·medium."""
    return sum((PENALTIES.get(finding.severity, 0.0) for finding in findings), start=0.0)


def quality(findings: Iterable[CourseFinding]) -> float:
    """max(0, 100 - points lost), for one course."""
    return max(0.0, 100.0 - points_lost(findings))


def scaled_quality(points: float, seeds: int) -> float:
    """max(0, 100 - 30·points/seeds): the quality of a course of 30 seeds that loses as many points per seed.

    The original's score falls with every seed that is added, whatever its worth; this one does not. Without any seed it
    is 0: what teaches nothing is not perfect.
    """
    return max(0.0, 100.0 - USUAL_SEEDS * points / seeds) if seeds else 0.0


def by_severity(findings: Iterable[CourseFinding]) -> dict[str, int]:
    """Severity -> how many of the original's findings have it, the gravest first."""
    counts = Counter(finding.severity for finding in scored(findings))
    return {severity: counts[severity] for severity in ("critical", "high", "medium", "low")}


def by_type(findings: Iterable[CourseFinding]) -> dict[str, int]:
    """Rule -> how often it finds something, of the original's rules, sorted."""
    return dict(sorted(Counter(finding.rule for finding in scored(findings)).items()))


def structure_by_type(findings: Iterable[CourseFinding]) -> dict[str, int]:
    """Rule -> how often it finds something, of the structure rules, sorted."""
    return dict(sorted(Counter(finding.rule for finding in findings if finding.severity == "structure").items()))


class Clean(NamedTuple):
    """`slots` are LEGOs, gaps in the tiling, and answers that do not parse; `clean` are LEGOs without any finding."""

    clean: int
    slots: int


def clean_by_seed(seeds: Sequence[Seed], findings: Sequence[CourseFinding]) -> dict[str, Clean]:
    """Seed id -> its clean LEGOs and its slots, in one walk over seeds and findings.

    A LEGO is clean where no finding of its seed, scored or structure, has its id; of two LEGOs of one id in one seed
    neither is. A seed that introduces nothing, and rightly so, has no slot.
    """
    named = {(finding.seed_id, finding.lego_id) for finding in findings}
    missing = Counter(finding.seed_id for finding in findings if finding.rule in INSTEAD_OF_A_LEGO)
    return {
        seed.seed_id: Clean(
            sum((seed.seed_id, lego.lego_id) not in named for lego in seed.lego_pairs),
            len(seed.lego_pairs) + missing[seed.seed_id],
        )
        for seed in seeds
    }


def clean_legos(seeds: Sequence[Seed], findings: Sequence[CourseFinding]) -> Clean:
    """The clean LEGOs and the slots of all these seeds; clean/slots is the clean LEGO rate, where there is a slot."""
    counts = clean_by_seed(seeds, findings).values()
    return Clean(sum(count.clean for count in counts), sum(count.slots for count in counts))
