"""Self-healing: patterns come from the corrections, and an error recurs where an answer has it again."""

from typing import get_args

import pytest

from finetune.dataset.corrected import correct
from finetune.files.corrections import read_corrections
from finetune.files.courses import read_courses
from finetune.records.course import Breakdown, Correction, Courses, ErrorType, Lego, Seed
from finetune.records.result import Prediction
from finetune.statistics.mistakes import KINDS
from finetune.statistics.patterns import patterns_of
from tests.answers import breakdown, compared, correction, plain_courses, predicted, right, seed
from tests.conftest import SKILL
from tests.imports import ROOT

TAKE, CARRY = ("tomar", "to take"), ("llevar", "to take")


def with_pattern(numbers: int) -> Courses:
    """Every known sentence says "to take": the first seed claims it, the others need more words, and have them."""
    return {
        "spa_for_eng": [
            seed(1, TAKE),
            *(seed(n, (f"llevar algo{n}", f"to take thing{n}")) for n in range(2, numbers + 1)),
        ]
    }


def recurring(courses: Courses, numbers: range) -> list[Prediction]:
    """Answers that are right, but in these numbers "to take" is "llevar" alone."""
    return [
        predicted(one, fcfs(one) if one.number in numbers else one.breakdown)
        for seeds in courses.values()
        for one in seeds
    ]


def fcfs(one: Seed) -> Breakdown:
    return breakdown(one.seed_id, CARRY, (f"algo{one.number}", f"thing{one.number}"))


def corrected(courses: Courses) -> list[Correction]:
    second = courses["spa_for_eng"][1]
    return [correction(second, fcfs(second), "FCFS_VIOLATION")]


def test_every_error_type_can_be_named_and_found_again() -> None:
    assert set(KINDS) == set(get_args(ErrorType))


def test_an_error_that_is_gone_everywhere_is_healed() -> None:
    courses = with_pattern(12)
    found = compared(courses, recurring(courses, range(2, 13)), right(courses), corrections=corrected(courses))
    (pattern,) = found.patterns
    assert (pattern.known_chunk, pattern.error_type, pattern.corrections) == ("to take", "FCFS_VIOLATION", ("c-1",))
    group = pattern.groups["unseen"]
    assert (group.seeds, group.baseline, group.candidate, group.outcome) == (12, 11, 0, "HEALED")
    assert group.p_adjusted == pytest.approx(2 / 2**12, rel=1.1)
    assert len(pattern.occurrences) == 11
    first = pattern.occurrences[0]
    assert (first.seed_id, first.baseline, first.candidate, first.samples) == ("S0002", 1, 0, 1)
    assert [(one.known_chunk, one.target_chunk) for one in first.answered] == [("to take", "llevar")]


def test_an_error_that_is_rarer_is_improved_and_one_that_came_is_regressed() -> None:
    courses = with_pattern(14)
    often, seldom = recurring(courses, range(2, 15)), recurring(courses, range(2, 4))
    (pattern,) = compared(courses, often, seldom, corrections=corrected(courses)).patterns
    assert pattern.groups["unseen"].outcome == "IMPROVED"
    (pattern,) = compared(courses, seldom, often, corrections=corrected(courses)).patterns
    assert pattern.groups["unseen"].outcome == "REGRESSED"


def test_an_error_that_only_moved_is_unchanged() -> None:
    courses = with_pattern(13)
    moved = compared(
        courses,
        recurring(courses, range(2, 8)),
        recurring(courses, range(8, 14)),
        corrections=corrected(courses),
    )
    assert moved.patterns[0].groups["unseen"].outcome == "UNCHANGED"


def test_an_error_that_was_rare_is_untestable_and_not_healed() -> None:
    courses = with_pattern(12)
    found = compared(courses, recurring(courses, range(2, 6)), right(courses), corrections=corrected(courses))
    group = found.patterns[0].groups["unseen"]
    assert (group.baseline, group.candidate, group.outcome) == (4, 0, "UNTESTABLE")
    assert "here: 4 of 12" in group.why


def test_an_answer_that_does_not_parse_heals_nothing() -> None:
    courses = with_pattern(12)
    garbage = [predicted(one, None) for one in courses["spa_for_eng"]]
    found = compared(courses, recurring(courses, range(2, 13)), garbage, corrections=corrected(courses))
    assert found.patterns[0].groups == {}
    assert found.recurrence == {}


def test_trained_and_unseen_seeds_and_other_languages_are_told_apart() -> None:
    courses = with_pattern(6)
    courses["por_for_eng"] = [
        seed(n, (f"levar algo{n}", f"to take thing{n}"), course="por_for_eng") for n in range(1, 4)
    ]
    trained = {"spa_for_eng": ["S0001", "S0002", "S0003"]}
    found = compared(courses, recurring(courses, range(2, 7)), right(courses), trained, corrected(courses))
    assert {name: group.seeds for name, group in found.patterns[0].groups.items()} == {
        "seen": 3,
        "unseen": 3,
        "never_trained": 3,
    }
    assert found.recurrence["unseen"].baseline == 1.0


def test_a_pattern_goes_by_its_chunk_across_courses() -> None:
    spanish, italian = (
        [seed(n, (f"uno{n}", f"one{n}"), ("x", "with"), course=name) for n in range(1, 3)]
        for name in ("spa_for_eng", "ita_for_eng")
    )
    courses = {"ita_for_eng": italian, "spa_for_eng": spanish}
    before = breakdown("S0001", ("uno1", "one1"), ("con", "With "))
    given = [correction(courses[name][0], before, "WRONG_CHUNKING", name) for name in ("spa_for_eng", "ita_for_eng")]
    assert patterns_of(courses, given) == {("with", "WRONG_CHUNKING"): ("spa_for_eng", "ita_for_eng")}


def test_only_the_chunk_that_broke_the_claim_is_named_of_those_that_a_correction_took_out() -> None:
    courses = with_pattern(2)
    second = courses["spa_for_eng"][1]
    named = patterns_of(courses, [correction(second, fcfs(second), "FCFS_VIOLATION")])
    assert list(named) == [("to take", "FCFS_VIOLATION")], 'and not "thing2"'


def test_a_law_that_only_the_candidate_breaks_is_newly_broken() -> None:
    courses = plain_courses(3)
    spoilt = [
        predicted(one, breakdown(one.seed_id, ("el", one.lego_pairs[0].known_chunk)))
        if one.number == 2
        else predicted(one, one.breakdown)
        for seeds in courses.values()
        for one in seeds
    ]
    found = compared(courses, right(courses), spoilt)
    (new,) = found.newly_broken
    assert (new.known_chunk, new.rule) == ("one2", "FD_VIOLATION_ARTICLE")
    assert [(one.course, one.seed_id) for one in new.occurrences] == [
        ("ita_for_eng", "S0002"),
        ("spa_for_eng", "S0002"),
    ]
    assert not compared(courses, spoilt, spoilt).newly_broken


GUITAR = breakdown("S0001", ("la guitarra roja", "the red guitar"), feeders=[("guitarra", "guitar"), ("roja", "red")])
WITHOUT_ONE = breakdown("S0001", ("la guitarra roja", "the red guitar"), feeders=[("guitarra", "guitar")])
UNEXPLAINED = Breakdown((Lego("S0001L01", "COMPOSITE", "la guitarra roja", "the red guitar"),), GUITAR.feeder_pairs)
MISEXPLAINED = Breakdown(
    (Lego("S0001L01", "COMPOSITE", "la guitarra roja", "the red guitar", "the red guitar = x"),), GUITAR.feeder_pairs
)
ATOMIC = breakdown("S0001", ("la guitarra roja", "the red guitar"))
CUT = breakdown("S0001", ("la guitarra", "the red"), ("roja", "guitar"))


@pytest.mark.parametrize(
    ("error_type", "wrong", "chunks"),
    [
        ("WRONG_CLASSIFICATION", ATOMIC, ["the red guitar"]),
        ("MISSING_COMPONENTIZATION", UNEXPLAINED, ["the red guitar"]),
        ("INVALID_COMPONENTIZATION", MISEXPLAINED, ["the red guitar"]),
        ("MISSING_FEEDER", WITHOUT_ONE, ["the red guitar"]),
        ("WRONG_CHUNKING", CUT, ["guitar", "the red"]),
        ("PEDAGOGICAL_ISSUE", CUT, ["guitar", "the red"]),
        ("FD_VIOLATION", breakdown("S0001", ("la", "the"), ("guitarra roja", "red guitar")), ["the"]),
    ],
)
def test_an_error_of_each_type_is_named_found_in_the_wrong_answer_and_not_in_the_right_one(
    error_type: ErrorType, wrong: Breakdown, chunks: list[str]
) -> None:
    plain = Seed("spa_for_eng", "S0001", "Spanish", "English", "la guitarra roja", "the red guitar", (), ())
    one = plain.with_breakdown(GUITAR)
    courses = {"spa_for_eng": [one]}
    found = compared(
        courses,
        [predicted(one, wrong)],
        [predicted(one, one.breakdown)],
        corrections=[correction(one, wrong, error_type)],
    )
    assert [pattern.known_chunk for pattern in found.patterns if pattern.groups["unseen"].baseline] == chunks
    assert all(pattern.groups["unseen"].candidate == 0 for pattern in found.patterns)


def test_every_correction_of_the_sample_names_what_was_wrong_and_that_is_found_in_what_it_corrected() -> None:
    lines = read_corrections(ROOT / SKILL / "corrections")
    truth = correct(read_courses(ROOT / SKILL / "courses"), lines)
    for one in (line.value for line in lines):
        course = {one.course: truth[one.course]}
        before = [
            predicted(seed, one.before if seed.seed_id == one.seed_id else seed.breakdown)
            for seed in course[one.course]
        ]
        found = compared(course, before, right(course), corrections=[one])
        assert found.patterns, one.id
        for pattern in found.patterns:
            assert [o.seed_id for o in pattern.occurrences] == [one.seed_id], (one.id, pattern.known_chunk)
            assert sum(group.candidate for group in pattern.groups.values()) == 0
