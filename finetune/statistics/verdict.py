"""What may be believed of a comparison, in a sentence, and whether the criteria of success are met."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from finetune.records.comparison import Comparison, Criterion, Effect, GroupComparison, Judgement, Measure, Verdict
from finetune.records.params import Evaluate
from finetune.statistics.paired import holm

MEASURES: dict[Measure, tuple[str, float, str]] = {
    "clean_lego_rate": ("of the LEGOs are clean", 100.0, " %"),
    "points_lost": ("points are lost per seed", 1.0, ""),
    "violations": ("violations stand in a seed", 1.0, ""),
    "agreement": ("of the chunk pairs agree with the corrected ones", 100.0, " %"),
}
"""A measure in a sentence, its scale there, and its unit."""


def verdict(found: Comparison, params: Evaluate) -> Comparison:
    """The comparison with its verdict, which is on the unseen seeds alone.

    BETTER (WORSE): significantly so by at least one of the measures, after Holm's adjustment over them, and the
    contrary by none.
    """
    unseen = found.groups.get("unseen")
    effects = [unseen.effects[measure] for measure in found.measures] if unseen else []
    adjusted = holm([effect.p for effect in effects])
    outcome = judge(effects, adjusted, params.alpha)
    if blocked(found, params.alpha):
        outcome = "BLOCKED"
    by_measure = dict(zip(found.measures, adjusted, strict=False))
    said = sentence(found, outcome, unseen, by_measure)
    judged = Verdict(outcome, by_measure, said, tuple(caveats(found)), tuple(criteria(found, unseen, params)))
    return msgspec.structs.replace(found, verdict=judged)


def judge(effects: Sequence[Effect], adjusted: Sequence[float | None], alpha: float) -> Judgement:
    shown = {effect.outcome for effect, p in zip(effects, adjusted, strict=True) if p is not None and p <= alpha}
    if {"BETTER", "WORSE"} <= shown:
        return "MIXED"
    if shown:
        return shown.pop()
    return "NO_DIFFERENCE" if any(p is not None for p in adjusted) else "UNTESTABLE"


def blocked(found: Comparison, alpha: float) -> bool:
    """Whether a side "wins" against itself: Holm over all A/A runs, since several would raise more false alarms."""
    ps = holm([effect.p for side in (found.baseline, found.candidate) for effect in side.itself.values()])
    return any(p is not None and p <= alpha for p in ps)


def sentence(
    found: Comparison, outcome: Judgement, unseen: GroupComparison | None, adjusted: Mapping[Measure, float | None]
) -> str:
    """The verdict in one sentence, for someone who reads nothing else."""
    old, new = f"generation {found.baseline.generation}", f"generation {found.candidate.generation}"
    if not unseen:
        return f"G{new[1:]} cannot be compared with {old}: no seed was left that neither was trained on."
    begun = {
        "BETTER": f"G{new[1:]} is better than {old} on unseen seeds",
        "WORSE": f"G{new[1:]} is worse than {old} on unseen seeds",
        "MIXED": f"G{new[1:]} is better than {old} by one measure and worse by another on unseen seeds",
        "NO_DIFFERENCE": f"G{new[1:]} is not shown to be better or worse than {old} on unseen seeds",
        "UNTESTABLE": f"Too little to tell whether {new} is better than {old} on unseen seeds",
        "BLOCKED": f"Nothing can be said of {new} and {old}: a side differs from itself as two models would",
    }[outcome]
    surest = sorted((2.0 if p is None else p, measure) for measure, p in adjusted.items())
    decided = outcome in ("BETTER", "WORSE", "MIXED")
    parts = [
        said(unseen.effects[measure], measure, p, found.alpha, decided and p > found.alpha) for p, measure in surest
    ]
    return f"{begun}: {'; '.join(parts)}."


def said(effect: Effect, measure: Measure, p: float, alpha: float, chance: bool) -> str:
    """`93.1 % of the LEGOs are clean instead of 41.2 % (95 % interval of the change +40.1 to +63.7, p = 0.008)`.

    `p` is adjusted, and above 1 where there is none. A change that may be chance is told in short.
    """
    words, scale, unit = MEASURES[measure]
    if effect.baseline is None or effect.candidate is None:
        return f"nothing was measured ({effect.why})"
    before, after = (f"{figure * scale:.1f}{unit}" for figure in (effect.baseline, effect.candidate))
    if chance:
        return f"that {after} {words} instead of {before} may be chance"
    known = "p adjusted" if p != effect.p else "p"  # Holm's, over the measures of the verdict
    sure = effect.why if p > 1 else f"{known} < 0.001" if p < 0.001 else f"{known} = {p:.3f}"
    if effect.low is not None and effect.high is not None:
        ends = f"{effect.low * scale:+.1f} to {effect.high * scale:+.1f}"
        sure = f"{100 * (1 - alpha):g} % interval of the change {ends}, {sure}"
    return f"{after} {words} instead of {before} ({sure})"


def caveats(found: Comparison) -> Iterator[str]:
    """What a reader has to know before believing the figures."""
    for side in (found.baseline, found.candidate):
        if side.failed:
            yield f"{side.failed} of {side.answers} calls to generation {side.generation} failed: missing on both sides"
        if side.unparsed:
            yield f"{side.unparsed} of {side.answers} answers of generation {side.generation} do not parse"
    if found.samples < 2:
        yield "each question was asked once: no side could be held against itself (predict.samples)"
    if found.not_scored:
        seeds = "seed is" if found.not_scored == 1 else "seeds are"
        yield f"{found.not_scored} {seeds} not compared: what they were corrected to still breaks a law"
    courses = {course.course for course in found.courses}
    if len(courses) == 1:
        yield f"there is one course only ({courses.pop()}): nothing is said of other languages"
    if not found.patterns:
        yield "no correction names an error: whether errors healed cannot be told"
    if not any(group.by_type for group in found.groups.values()):
        yield "no rule finds anything in the answers of either side"


def criteria(found: Comparison, unseen: GroupComparison | None, params: Evaluate) -> Iterator[Criterion]:
    """Each criterion of params.yaml, on unseen seeds."""
    wanted = params.criteria
    before, after = (unseen.scaled_quality.baseline, unseen.scaled_quality.candidate) if unseen else (None, None)
    gain = after - before if before is not None and after is not None else None
    yield Criterion(
        "quality gained",
        f"at least {wanted.quality_gain:+.1f} points",
        "not measured" if gain is None else f"{gain:+.1f} points",
        gain is not None and gain >= wanted.quality_gain,
    )
    yield Criterion(
        "quality reached",
        f"at least {wanted.quality:.1f}",
        "not measured" if after is None else f"{after:.1f}",
        after is not None and after >= wanted.quality,
    )
    yield fcfs_criterion(unseen, wanted.fcfs_reduction)
    healed = sum("unseen" in one.groups and one.groups["unseen"].outcome == "HEALED" for one in found.patterns)
    here = [one for one in found.patterns if "unseen" in one.groups]
    untestable = sum(one.groups["unseen"].outcome == "UNTESTABLE" for one in here)
    yield Criterion(
        "patterns healed",
        f"at least {wanted.patterns_healed}",
        f"{healed} of {len(here)}" + (f" ({untestable} too rare to tell)" if untestable else ""),
        healed >= wanted.patterns_healed,
    )


def fcfs_criterion(unseen: GroupComparison | None, wanted: float) -> Criterion:
    """Met, too, where there was no violation and there is none: nothing is left to reduce."""
    name, asked = "FCFS violations", f"at least {100 * wanted:.0f} % fewer"
    before, after = (unseen.fcfs_violations.baseline, unseen.fcfs_violations.candidate) if unseen else (None, None)
    if before is None or after is None:
        return Criterion(name, asked, "not measured", met=False)
    if not before:
        return Criterion(name, asked, f"none before, {after:g} now", met=not after)
    return Criterion(name, asked, f"{before:g} → {after:g}", met=(before - after) / before >= wanted)
