"""The verdict in one sentence, for someone who reads nothing else."""

from collections.abc import Mapping

from finetune.records.comparison import Comparison, Effect, GroupComparison, Judgement, Measure

MEASURES: dict[Measure, tuple[str, float, str]] = {
    "clean_lego_rate": ("of a seed's LEGOs are clean", 100.0, " %"),
    "points_lost": ("points are lost per seed", 1.0, ""),
    "violations": ("violations stand in a seed", 1.0, ""),
    "agreement": ("of a seed's chunk pairs agree with the corrected ones", 100.0, " %"),
}
"""A measure in a sentence, its scale there, and its unit. All are means over seeds."""


def sentence(
    found: Comparison, outcome: Judgement, unseen: GroupComparison | None, adjusted: Mapping[Measure, float | None]
) -> str:
    """The outcome, then the measures of the verdict, the surest first. `adjusted` are their p after Holm."""
    old, new = f"generation {found.baseline.generation}", f"generation {found.candidate.generation}"
    if not unseen:
        return f"G{new[1:]} cannot be compared with {old}: no seed was left that neither was trained on."
    if not unseen.seeds:
        return f"G{new[1:]} cannot be compared with {old}: on no unseen seed did both give an answer."
    if outcome == "UNTESTABLE" and not any(unseen.effects[measure].discordant for measure in adjusted):
        alike = "; ".join(mean(unseen.effects[measure], measure) for measure in adjusted)
        return f"G{new[1:]} and {old} measure alike in all {unseen.seeds} unseen seeds: on average {alike}."
    begun = {
        "BETTER": f"G{new[1:]} is better than {old} on unseen seeds",
        "WORSE": f"G{new[1:]} is worse than {old} on unseen seeds",
        "MIXED": f"G{new[1:]} is better than {old} by one measure and worse by another on unseen seeds",
        "NO_DIFFERENCE": f"G{new[1:]} is not shown to be better or worse than {old} on unseen seeds",
        "UNTESTABLE": f"Too little to tell whether {new} is better than {old} on unseen seeds",
        "BLOCKED": f"Nothing can be said of {new} and {old}, since a side differs from its own other answers",
    }[outcome]
    surest = sorted((2.0 if p is None else p, measure) for measure, p in adjusted.items())
    decided = outcome in ("BETTER", "WORSE", "MIXED")
    parts = [
        said(unseen.effects[measure], measure, p, found.alpha, decided and p > found.alpha) for p, measure in surest
    ]
    return f"{begun}: on average {'; '.join(parts)}."


def mean(effect: Effect, measure: Measure) -> str:
    """`93.1 % of a seed's LEGOs are clean`."""
    words, scale, unit = MEASURES[measure]
    return "nothing was measured" if effect.candidate is None else f"{effect.candidate * scale:.1f}{unit} {words}"


def said(effect: Effect, measure: Measure, p: float, alpha: float, chance: bool) -> str:
    """`93.1 % of a seed's LEGOs are clean instead of 41.2 % (95 % interval of the change +40.1 to +63.7, p = 0.008)`.

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
        ends = f"{effect.low * scale:+.1f} to {effect.high * scale:+.1f}".replace("-", "−")
        sure = f"{100 * (1 - alpha):g} % interval of the change {ends}, {sure}"
    return f"{after} {words} instead of {before} ({sure})"
