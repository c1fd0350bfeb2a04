"""A seed's answers side by side: which chunk pairs are gone, new, changed, and which are the corrected ones."""

import re
from typing import Literal, NamedTuple

from finetune.lego.tokens import normalise
from finetune.records.comparison import Answer, Difference
from finetune.records.course import NOTHING, Breakdown, Feeder, Lego
from finetune.records.finding import CourseFinding

Mark = Literal["", "gone", "new", "changed"]
COURSE = re.compile(r"([a-z]{2,3})_for_([a-z]{2,3})")
Key = tuple[str, str, str]


class Row(NamedTuple):
    """A LEGO or a feeder. `mark` is against the other side; `right` says that the corrected seed has the pair."""

    kind: str
    target: str
    known: str
    componentization: str
    mark: Mark
    right: bool


class Column(NamedTuple):
    """One side of a seed. `error` says why there are no rows."""

    name: str
    rows: tuple[Row, ...]
    error: str
    findings: tuple[CourseFinding, ...]


def languages(course: str) -> tuple[str, str]:
    """The languages (target, known) that a course is named after: cmn and eng of `cmn_for_eng`; else empty."""
    found = COURSE.fullmatch(course)
    return (found[1], found[2]) if found else ("", "")


def key(pair: Lego | Feeder) -> Key:
    """What makes a pair the same one on both sides."""
    return "F" if isinstance(pair, Feeder) else "L", normalise(pair.target_chunk), normalise(pair.known_chunk)


def details(pair: Lego | Feeder) -> tuple[str, str]:
    return ("FEEDER", "") if isinstance(pair, Feeder) else (pair.lego_type, pair.componentization or "")


def ordered(breakdown: Breakdown) -> list[Lego | Feeder]:
    """Each LEGO with its feeders behind it, then the feeders that belong to none of them."""
    pairs: list[Lego | Feeder] = []
    for lego in breakdown.lego_pairs:
        pairs += [lego, *(feeder for feeder in breakdown.feeder_pairs if feeder.parent_lego_id == lego.lego_id)]
    ids = {lego.lego_id for lego in breakdown.lego_pairs}
    return [*pairs, *(feeder for feeder in breakdown.feeder_pairs if feeder.parent_lego_id not in ids)]


def rows(breakdown: Breakdown, other: Breakdown | None, truth: Breakdown, absent: Mark) -> tuple[Row, ...]:
    """`absent` is the mark of a pair that the other side has not; nothing is marked where there is no other side."""
    theirs = {key(pair): details(pair) for pair in ordered(other)} if other else {}
    right = {key(pair) for pair in ordered(truth)}

    def mark(pair: Lego | Feeder) -> Mark:
        if other is None or theirs.get(key(pair)) == details(pair):
            return ""
        return "changed" if key(pair) in theirs else absent

    return tuple(
        Row(details(pair)[0], pair.target_chunk, pair.known_chunk, details(pair)[1], mark(pair), key(pair) in right)
        for pair in ordered(breakdown)
    )


def columns(difference: Difference) -> tuple[Column, Column, Column]:
    """The baseline's, the candidate's, and the corrected seed."""
    truth, old, new = difference.truth, difference.baseline, difference.candidate
    before, after = old.breakdown or NOTHING, new.breakdown or NOTHING
    return (
        Column("baseline", rows(before, after, truth, "gone"), error(old), old.findings),
        Column("candidate", rows(after, before, truth, "new"), error(new), new.findings),
        Column("corrected", rows(truth, None, truth, ""), "" if truth.lego_pairs else "introduces nothing", ()),
    )


def error(answer: Answer) -> str:
    if answer.breakdown is None:
        return f"no breakdown: {answer.error or 'no answer'}"
    return "" if answer.breakdown.lego_pairs or answer.breakdown.feeder_pairs else "introduces nothing"
