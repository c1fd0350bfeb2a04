"""The verdict: on unseen seeds alone, blocked by an A/A run, with every criterion, and for input of every kind."""

import msgspec
import pytest

from finetune.records.comparison import Comparison, Criterion
from finetune.records.params import Evaluate
from finetune.records.result import Prediction
from tests.answers import (
    PARAMS,
    breakdown,
    compared,
    correction,
    plain_courses,
    predicted,
    right,
    seed,
    spoilt,
    wrong,
)

COURSES = plain_courses(8)
LARGE: Evaluate = msgspec.structs.replace(PARAMS, criteria=msgspec.structs.replace(PARAMS.criteria, answered=0.6))


def criterion(found: Comparison, name: str) -> Criterion:
    (one,) = (one for one in found.verdict.criteria if one.name == name)
    return one


def test_a_generation_that_stops_breaking_laws_on_unseen_seeds_is_better() -> None:
    found = compared(COURSES, wrong(COURSES), right(COURSES))
    assert found.verdict.outcome == "BETTER"
    effect = found.groups["unseen"].effects["clean_lego_rate"]
    assert (effect.seeds, effect.clusters, effect.discordant) == (16, 8, 16)
    assert effect.baseline == pytest.approx(1 / 3), "of an article, a LEGO and a gap"
    assert effect.change == pytest.approx(2 / 3)
    assert effect.p == pytest.approx(2 / 2**8)
    assert found.verdict.sentence.startswith("Generation 2 is better than generation 1 on unseen seeds: ")
    assert "100.0 % of a seed's LEGOs are clean instead of 33.3 % (p adjusted = 0.016)" in found.verdict.sentence


def test_and_the_other_way_round_it_is_worse() -> None:
    found = compared(COURSES, right(COURSES), wrong(COURSES))
    assert found.verdict.outcome == "WORSE"
    assert "Generation 2 is worse than generation 1" in found.verdict.sentence


def test_the_same_answers_show_no_difference_and_too_little_to_tell() -> None:
    found = compared(COURSES, right(COURSES), right(COURSES))
    assert found.verdict.outcome == "UNTESTABLE"
    assert found.verdict.sentence == (
        "Generation 2 and generation 1 measure alike in all 16 unseen seeds: on average 100.0 % of a seed's LEGOs are "
        "clean; 100.0 % of a seed's chunk pairs agree with the corrected ones."
    )


def test_a_measure_that_gains_as_often_as_it_loses_shows_no_difference() -> None:
    found = compared(COURSES, wrong(COURSES, numbers=[1, 2, 3, 4]), wrong(COURSES, numbers=[5, 6, 7, 8]))
    assert found.verdict.outcome == "NO_DIFFERENCE"
    assert "is not shown to be better or worse" in found.verdict.sentence
    assert "p = 1.000" in found.verdict.sentence


def test_better_by_the_rules_and_worse_by_the_truth_is_mixed() -> None:
    """The baseline's chunks are all right but for an article among them; the candidate's are lawful nonsense."""
    nonsense = [
        predicted(one, seed(one.number, (one.target, one.known)).breakdown)
        for seeds in COURSES.values()
        for one in seeds
    ]
    found = compared(COURSES, wrong(COURSES), nonsense)
    assert found.verdict.outcome == "MIXED"
    assert {name: p is not None and p <= 0.05 for name, p in found.verdict.p_adjusted.items()} == {
        "clean_lego_rate": True,
        "agreement": True,
    }


def test_what_was_trained_on_has_no_part_in_the_verdict() -> None:
    trained = {name: [one.seed_id for one in seeds] for name, seeds in COURSES.items()}
    found = compared(COURSES, wrong(COURSES), right(COURSES), trained)
    assert found.groups["seen"].effects["clean_lego_rate"].outcome == "BETTER"
    assert found.verdict.outcome == "UNTESTABLE"
    assert "no seed was left that neither was trained on" in found.verdict.sentence
    assert not found.verdict.met


def test_few_sentences_are_too_few_however_many_courses_there_are() -> None:
    courses = plain_courses(5, ["cmn_for_eng", "fra_for_eng", "ita_for_eng", "spa_for_eng"])
    found = compared(courses, wrong(courses), right(courses))
    assert found.groups["unseen"].seeds == 20
    assert found.verdict.outcome == "UNTESTABLE"
    assert "a test needs at least 6 independent clusters of seeds (evaluate.cluster), here: 5" in found.verdict.sentence


def test_the_course_can_be_the_cluster_and_two_are_too_few() -> None:
    found = compared(COURSES, wrong(COURSES), right(COURSES), params=msgspec.structs.replace(PARAMS, cluster="course"))
    assert found.groups["unseen"].effects["agreement"].clusters == 2
    assert found.verdict.outcome == "UNTESTABLE"


def test_a_side_that_differs_from_itself_blocks_the_verdict() -> None:
    """The baseline's first sample is right and its second wrong, everywhere: no chance does that."""
    restless = [*right(COURSES, model="restless"), *(again(one) for one in wrong(COURSES, model="restless"))]
    found = compared(COURSES, restless, right(COURSES, samples=2))
    assert found.baseline.itself["clean_lego_rate"].outcome == "WORSE"
    assert found.candidate.itself["clean_lego_rate"].outcome == "UNTESTABLE"
    assert found.verdict.outcome == "BLOCKED"
    assert found.verdict.sentence.startswith("Nothing can be said of generation 2 and generation 1")


def again(one: Prediction) -> Prediction:
    return msgspec.structs.replace(one, sample=2)


def test_a_side_that_wavers_without_a_trend_does_not_block_it() -> None:
    wavering = [
        predicted(one, spoilt(one) if (one.number + sample) % 2 else one.breakdown, sample)
        for seeds in COURSES.values()
        for one in seeds
        for sample in (1, 2)
    ]
    found = compared(COURSES, wavering, right(COURSES, samples=2))
    assert found.baseline.itself["clean_lego_rate"].discordant == 16
    assert found.verdict.outcome == "BETTER"


def test_a_failed_call_is_missing_on_both_sides_and_counted_and_never_a_zero() -> None:
    baseline = wrong(COURSES, samples=2)
    failed = msgspec.structs.replace(baseline[0], breakdown=None, failed="timed out")
    found = compared(COURSES, [failed, *baseline[1:]], right(COURSES, samples=2))
    whole = compared(COURSES, baseline, right(COURSES, samples=2))
    assert found.groups["unseen"].missing == 1
    assert found.groups["unseen"].effects == whole.groups["unseen"].effects, "its other sample says the same"
    assert found.baseline.failed == 1
    assert "1 of 32 calls to generation 1 failed: missing on both sides" in found.verdict.caveats


def test_a_call_that_failed_on_one_side_takes_its_claims_from_neither_side_alone() -> None:
    """The same answers: had S0001's claim gone on one side only, that side would seem to break fewer claims."""
    truth = {"spa_for_eng": [seed(n, (f"uno{n}", f"one{n}"), (f"dos{n}", f"two{n}")) for n in range(1, 9)]}
    same = [predicted(one, seed(one.number, (f"uno{one.number}", "one")).breakdown) for one in truth["spa_for_eng"]]
    failed = msgspec.structs.replace(same[0], breakdown=None, failed="timed out")
    found = compared(truth, same, [failed, *same[1:]]).groups["unseen"]
    assert (found.fcfs_violations.baseline, found.fcfs_violations.candidate) == (6, 6)
    assert all(effect.change == 0 for effect in found.effects.values())


def test_a_seed_that_only_failed_is_left_out_of_the_seeds() -> None:
    baseline = wrong(COURSES)
    failed = msgspec.structs.replace(baseline[0], breakdown=None, failed="timed out")
    found = compared(COURSES, [failed, *baseline[1:]], right(COURSES))
    assert (found.groups["unseen"].seeds, found.groups["unseen"].missing) == (15, 1)
    assert found.groups["unseen"].effects["clean_lego_rate"].baseline == pytest.approx(1 / 3)


def test_an_answer_that_does_not_parse_is_no_clean_answer_and_said() -> None:
    garbage = [predicted(one, None) for seeds in COURSES.values() for one in seeds]
    found = compared(COURSES, garbage, right(COURSES))
    assert found.groups["unseen"].effects["clean_lego_rate"].baseline == 0.0
    assert found.groups["unseen"].by_type["ANSWER_NOT_PARSED"].baseline == 16
    assert "16 of 16 answers of generation 1 do not parse" in found.verdict.caveats


def test_saying_nothing_is_not_clean() -> None:
    silent = [predicted(one, seed(one.number).breakdown) for seeds in COURSES.values() for one in seeds]
    found = compared(COURSES, silent, right(COURSES))
    assert found.groups["unseen"].scaled_quality.baseline is None, "the original's score would praise silence"
    assert found.groups["unseen"].clean_lego_rate.baseline == 0.0
    assert found.verdict.outcome == "BETTER"


@pytest.mark.parametrize("said", [None, "nothing", "little"])
def test_silence_meets_no_criterion_and_heals_nothing(said: str | None) -> None:
    """A side that breaks no rule since it says nothing, or one LEGO of four."""
    little = COURSES["spa_for_eng"][0]
    silent = [
        predicted(one, None if said is None else breakdown(one.seed_id))
        if said != "little" or one.number > 4
        else predicted(one, one.breakdown)
        for seeds in COURSES.values()
        for one in seeds
    ]
    corrections = [correction(little, spoilt(little), "WRONG_CHUNKING")]
    found = compared(COURSES, wrong(COURSES), silent, corrections=corrections, params=LARGE)
    assert not any(one.met for one in found.verdict.criteria)
    part = 50 if said == "little" else 0
    silence = f"not measured: generation 2 names {part} % of as many LEGOs as are due"
    assert [one.found for one in found.verdict.criteria][:3] == [silence] * 3
    assert any(f"generation 2 names {part} % as many LEGOs as are due" in caveat for caveat in found.verdict.caveats)
    assert not any(group.outcome == "HEALED" for one in found.patterns for group in one.groups.values())


def test_what_no_side_answered_is_said_once_and_no_rule_is_said_to_find_nothing() -> None:
    failed = [predicted(one, None, failed="timed out") for seeds in COURSES.values() for one in seeds]
    found = compared(COURSES, failed, failed)
    assert found.verdict.sentence == (
        "Generation 2 cannot be compared with generation 1: on no unseen seed did both give an answer."
    )
    assert not any("no rule finds anything" in caveat for caveat in found.verdict.caveats)
    assert not found.verdict.met


def test_the_criteria_are_those_of_the_params_and_on_unseen_seeds() -> None:
    found = compared(COURSES, wrong(COURSES), right(COURSES))
    gained, reached = criterion(found, "quality gained"), criterion(found, "quality reached")
    assert (gained.met, gained.found) == (True, "+100.0 points"), "5 points of 30 seeds are lost in each seed"
    assert (reached.met, reached.found, reached.wanted) == (True, "100.0", "at least 90.0")
    assert criterion(found, "FCFS violations").found == "none before, 0 now"
    healed = criterion(found, "patterns healed")
    assert (healed.met, healed.found) == (False, "0 of 0")
    assert not found.verdict.met
    harder = msgspec.structs.replace(PARAMS.criteria, quality=100.5)
    params: Evaluate = msgspec.structs.replace(PARAMS, criteria=harder)
    assert not criterion(compared(COURSES, wrong(COURSES), right(COURSES), params=params), "quality reached").met


def test_nothing_wrong_on_both_sides_is_said_and_divides_nothing_by_zero() -> None:
    found = compared(COURSES, right(COURSES), right(COURSES))
    assert "no rule finds anything in the answers of either side" in found.verdict.caveats
    assert criterion(found, "FCFS violations").met, "there was none, and there is none"
    assert not criterion(found, "quality gained").met
    effect = found.groups["unseen"].effects["clean_lego_rate"]
    assert (effect.change, effect.low, effect.high, effect.p, effect.smallest) == (0.0, None, None, None, None)


def test_violations_where_there_were_none_miss_the_criterion() -> None:
    courses = {"spa_for_eng": [seed(n, (f"uno{n}", "one"), (f"dos{n}", f"two{n}")) for n in range(1, 8)]}
    truth = {"spa_for_eng": [seed(n, (f"uno{n}", f"one{n}"), (f"dos{n}", f"two{n}")) for n in range(1, 8)]}
    broken = [predicted(one, one.breakdown) for one in courses["spa_for_eng"]]
    found = compared(truth, right(truth), broken)
    assert (criterion(found, "FCFS violations").met, criterion(found, "FCFS violations").found) == (
        False,
        "none before, 6 now",
    )
    back = compared(truth, broken, right(truth))
    assert (criterion(back, "FCFS violations").met, criterion(back, "FCFS violations").found) == (True, "6 → 0")


def test_one_course_and_one_sample_and_no_correction_are_said() -> None:
    courses = plain_courses(8, ["spa_for_eng"])
    caveats = compared(courses, wrong(courses), right(courses)).verdict.caveats
    assert any("one course only (spa_for_eng)" in caveat for caveat in caveats)
    assert any("no side could be held against itself (predict.samples)" in caveat for caveat in caveats)
    assert any("no correction names an error" in caveat for caveat in caveats)


def test_a_seed_whose_truth_breaks_a_law_is_not_compared_and_said() -> None:
    courses = {**COURSES, "fra_for_eng": [seed(1, ("le", "the"), ("mot", "word"), course="fra_for_eng")]}
    found = compared(courses, wrong(courses), right(courses))
    assert found.not_scored == 1
    assert any("1 seed is not compared" in caveat for caveat in found.verdict.caveats)
    assert not [course for course in found.courses if course.course == "fra_for_eng"]
