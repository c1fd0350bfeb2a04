"""The corrected errors in the order in which people want to read them: the worst first."""

from collections import Counter
from collections.abc import Iterable, Sequence

from finetune.records.comparison import Healing, Pattern
from finetune.records.result import Group
from finetune.reports.words import HEALINGS

RANKS: dict[Healing, int] = {outcome: rank for rank, outcome in enumerate(HEALINGS)}


def occurs(pattern: Pattern) -> bool:
    """Whether any answer of either side has the error."""
    return any(group.baseline or group.candidate for group in pattern.groups.values())


def worst_first(patterns: Iterable[Pattern]) -> list[Pattern]:
    """By the worst outcome in any group, then by the errors that are left, then by those that were there."""

    def badness(pattern: Pattern) -> tuple[int, float, float, str, str]:
        groups = pattern.groups.values()
        return (
            min((RANKS[group.outcome] for group in groups), default=len(RANKS)),
            -sum(group.candidate for group in groups),
            -sum(group.baseline for group in groups),
            pattern.known_chunk,
            pattern.error_type,
        )

    return sorted(patterns, key=badness)


def tally(patterns: Sequence[Pattern], group: Group) -> dict[Healing, int]:
    """How many patterns of a group had each outcome, the worst first; only outcomes that there are."""
    outcomes = Counter(pattern.groups[group].outcome for pattern in patterns if group in pattern.groups)
    return {outcome: outcomes[outcome] for outcome in HEALINGS if outcomes[outcome]}
