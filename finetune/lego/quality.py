"""The original's quality score of a course, and its counts by severity and by type."""

from collections import Counter
from collections.abc import Sequence

from finetune.records.finding import CourseFinding

PENALTIES = {"critical": 5.0, "high": 2.0, "medium": 0.5}


def scored(findings: Sequence[CourseFinding]) -> list[CourseFinding]:
    """The findings that the original counts; structure findings are reported beside the score."""
    return [finding for finding in findings if finding.severity != "structure"]


def quality(findings: Sequence[CourseFinding]) -> float:
    """max(0, 100 - 5 critical - 2 high - 0.5 medium), for one course."""
    return max(0.0, 100.0 - sum(PENALTIES.get(finding.severity, 0.0) for finding in findings))


def by_severity(findings: Sequence[CourseFinding]) -> dict[str, int]:
    counts = Counter(finding.severity for finding in scored(findings))
    return {severity: counts[severity] for severity in ("critical", "high", "medium", "low")}


def by_type(findings: Sequence[CourseFinding]) -> dict[str, int]:
    return dict(sorted(Counter(finding.rule for finding in findings).items()))
