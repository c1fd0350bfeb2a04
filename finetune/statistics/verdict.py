"""What may be believed of a comparison, and what a reader has to know besides."""

from collections.abc import Iterator, Sequence

import msgspec

from finetune.records.comparison import Comparison, Effect, Judgement, Verdict
from finetune.records.params import Evaluate
from finetune.statistics.criteria import criteria
from finetune.statistics.paired import holm
from finetune.statistics.sentence import sentence


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
        yield f"{found.not_scored} {seeds} not compared: what they were corrected to still breaks a law, or is disputed"
    courses = {course.course for course in found.courses}
    if len(courses) == 1:
        yield f"there is one course only ({courses.pop()}): nothing is said of other languages"
    if not found.patterns:
        yield "no correction names an error: whether errors healed cannot be told"
    yield from silence(found)


def silence(found: Comparison) -> Iterator[str]:
    """What no rule can find, since nothing was said."""
    unseen = found.groups.get("unseen")
    parts = (unseen.answered.baseline, unseen.answered.candidate) if unseen else (None, None)
    for side, part in zip((found.baseline, found.candidate), parts, strict=True):
        if part is not None and part < found.criteria.answered:
            yield (
                f"generation {side.generation} names {100 * part:.0f} % as many LEGOs as are due on unseen seeds: "
                "what says nothing breaks no rule"
            )
    groups = found.groups.values()
    if all(group.seeds for group in groups) and not any(group.by_type for group in groups):
        yield "no rule finds anything in the answers of either side"
