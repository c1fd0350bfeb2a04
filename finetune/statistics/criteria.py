"""Whether the criteria of success are met, on unseen seeds."""

from collections.abc import Iterator

from finetune.records.comparison import Compared, Comparison, Criteria, Criterion, GroupComparison
from finetune.records.params import Evaluate

NOTHING = Compared(None, None)


def criteria(found: Comparison, unseen: GroupComparison | None, params: Evaluate) -> Iterator[Criterion]:
    """Each criterion of params.yaml. What was not measured is not met."""
    wanted = params.criteria
    quality = unseen.scaled_quality if unseen else NOTHING
    silent = silences(found, unseen, wanted)
    gain = (
        quality.candidate - quality.baseline
        if quality.baseline is not None and quality.candidate is not None and not any(silent)
        else None
    )
    yield Criterion(
        "quality gained",
        f"at least {wanted.quality_gain:+.1f} points",
        unmeasured(*silent) if gain is None else f"{gain:+.1f} points",
        gain is not None and gain >= wanted.quality_gain,
    )
    reached = None if silent[1] else quality.candidate
    yield Criterion(
        "quality reached",
        f"at least {wanted.quality:.1f}",
        unmeasured(silent[1]) if reached is None else f"{reached:.1f}",
        reached is not None and reached >= wanted.quality,
    )
    yield fcfs(unseen.fcfs_violations if unseen else NOTHING, silent, wanted.fcfs_reduction)
    yield healed(found, wanted.patterns_healed)


def silences(found: Comparison, unseen: GroupComparison | None, wanted: Criteria) -> tuple[str, str]:
    """Why each side's answers count for nothing: they name so few LEGOs that few rules could be broken. Else empty."""
    parts = (unseen.answered.baseline, unseen.answered.candidate) if unseen else (None, None)
    numbers = found.baseline.generation, found.candidate.generation
    before, after = (
        f"generation {number} names {100 * part:.0f} % of as many LEGOs as are due"
        if part is not None and part < wanted.answered
        else ""
        for number, part in zip(numbers, parts, strict=True)
    )
    return before, after


def unmeasured(*why: str) -> str:
    return ": ".join(["not measured", *filter(None, [" and ".join(filter(None, why))])])


def fcfs(violations: Compared, silent: tuple[str, str], wanted: float) -> Criterion:
    """Met, too, where there was no violation and there is none: nothing is left to reduce."""
    name, asked = "FCFS violations", f"at least {100 * wanted:.0f} % fewer"
    before, after = violations.baseline, violations.candidate
    if before is None or after is None or any(silent):
        return Criterion(name, asked, unmeasured(*silent), met=False)
    if not before:
        return Criterion(name, asked, f"none before, {after:g} now", met=not after)
    return Criterion(name, asked, f"{before:g} → {after:g}", met=(before - after) / before >= wanted)


def healed(found: Comparison, wanted: int) -> Criterion:
    """Counted over the patterns that occur in a group of unseen seeds."""
    outcomes = [one.groups["unseen"].outcome for one in found.patterns if "unseen" in one.groups]
    healed, untestable = outcomes.count("HEALED"), outcomes.count("UNTESTABLE")
    told = f"{healed} of {len(outcomes)}" + (f" ({untestable} too rare to tell)" if untestable else "")
    return Criterion("patterns healed", f"at least {wanted}", told, healed >= wanted)
