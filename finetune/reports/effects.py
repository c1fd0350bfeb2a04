"""An effect as people see it: the p and the outcome that count, and whether p was adjusted for several tests."""

from typing import NamedTuple

from finetune.records.comparison import Comparison, Effect, Measure, Outcome
from finetune.records.result import Group
from finetune.reports import words

ALIKE = "both alike"


class Judged(NamedTuple):
    """`p` and `outcome` are after Holm where `adjusted`, and those of the one test by itself elsewhere."""

    effect: Effect
    p: float | None
    outcome: Outcome
    adjusted: bool = False

    @property
    def alike(self) -> bool:
        return bool(self.effect.seeds) and not self.effect.discordant


def judged(comparison: Comparison, group: Group, measure: Measure) -> Judged:
    """What the verdict rests on as the verdict sees it: adjusted. All else by itself."""
    effect = comparison.groups[group].effects[measure]
    if group != "unseen" or measure not in comparison.verdict.p_adjusted:
        return alone(effect)
    p = comparison.verdict.p_adjusted[measure]
    chance = p is not None and p > comparison.alpha
    return Judged(effect, p, "NO_DIFFERENCE" if chance else effect.outcome, adjusted=True)


def alone(effect: Effect) -> Judged:
    return Judged(effect, effect.p, effect.outcome)


def told(found: Judged) -> str:
    """`p = 0.016, adjusted`, or why there is no p."""
    if found.p is None:
        return "no seed differs" if found.alike else words.UNTOLD
    return f"{words.probability(found.p)}, {kind(found)}"


def kind(found: Judged) -> str:
    return "adjusted" if found.adjusted else "not adjusted"


def outcome(found: Judged) -> str:
    return ALIKE if found.alike else words.OUTCOMES[found.outcome]
