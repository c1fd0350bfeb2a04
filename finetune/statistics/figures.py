"""The figures of one seed as one side answered it, and those of many seeds together."""

from collections.abc import Sequence
from dataclasses import dataclass

from finetune.lego.quality import clean_legos, points_lost, scaled_quality, scored
from finetune.records.comparison import Measure
from finetune.records.course import Answered, Seed
from finetune.records.finding import CourseFinding
from finetune.records.result import Agreement
from finetune.statistics.agreement import agreement

HIGHER_IS_BETTER: dict[Measure, bool] = {
    "clean_lego_rate": True,
    "points_lost": False,
    "violations": False,
    "agreement": True,
}


@dataclass(frozen=True)
class Figures:
    """One answer to one seed, counted."""

    points: float
    violations: int
    fcfs: int
    legos: int
    clean: int
    slots: int
    agreement: Agreement

    def measure(self, name: Measure) -> float:
        """A seed in which nothing is new and nothing is missing is clean, and agrees with a truth without LEGOs."""
        if name == "clean_lego_rate":
            return self.clean / self.slots if self.slots else 1.0
        if name == "agreement":
            return self.agreement.f1 if self.agreement.answered + self.agreement.right else 1.0
        return self.points if name == "points_lost" else float(self.violations)


def figures(answer: Answered, truth: Seed, findings: Sequence[CourseFinding]) -> Figures:
    clean, slots = clean_legos([answer], findings)
    return Figures(
        points=points_lost(findings),
        violations=len(scored(findings)),
        fcfs=sum(finding.first is not None for finding in findings),
        legos=len(answer.lego_pairs),
        clean=clean,
        slots=slots,
        agreement=agreement([answer], [truth]),
    )


def mean_quality(seeds: Sequence[Figures]) -> float | None:
    """The scaled quality of these seeds; None where they name no LEGO: what says nothing has no quality."""
    named = any(seed.legos for seed in seeds)
    return scaled_quality(sum(seed.points for seed in seeds), len(seeds)) if named else None


def clean_rate(seeds: Sequence[Figures]) -> float | None:
    slots = sum(seed.slots for seed in seeds)
    return sum(seed.clean for seed in seeds) / slots if slots else None


def violations_per_100_legos(seeds: Sequence[Figures]) -> float | None:
    legos = sum(seed.legos for seed in seeds)
    return 100 * sum(seed.violations for seed in seeds) / legos if legos else None


def f1(seeds: Sequence[Figures]) -> float | None:
    """The micro-average; None where neither side has a pair."""
    total = sum((seed.agreement for seed in seeds), Agreement(0, 0, 0))
    return total.f1 if total.answered + total.right else None
