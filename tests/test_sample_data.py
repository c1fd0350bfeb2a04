"""The sample data, held to account."""

from collections import Counter, defaultdict
from typing import get_args

import pytest
import yaml

from finetune.dataset.corrected import correct
from finetune.dataset.split import side
from finetune.files.corrections import read_corrections
from finetune.files.courses import read_courses
from finetune.lego.check import check, critical, rule_modules
from finetune.lego.tokens import normalise
from finetune.records.course import Breakdown, Correction, Courses, ErrorType
from tests.conftest import SKILL
from tests.imports import ROOT

COURSES = read_courses(ROOT / SKILL / "courses")
CORRECTIONS = read_corrections(ROOT / SKILL / "corrections")
CORRECTED = correct(COURSES, CORRECTIONS)
GAPS = rule_modules()["gap_in_tiling"].check
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))["prepare"]
NEVER_TRAINED = set(PARAMS["never_trained"])


def chunks_out_of_place(courses: Courses) -> list[str]:
    return [
        f"{seed.course} {seed.seed_id}: {chunk!r}"
        for seeds in courses.values()
        for seed in seeds
        for pair in seed.pairs
        for chunk, sentence in ((pair.target_chunk, seed.target), (pair.known_chunk, seed.known))
        if chunk not in sentence
    ]


def wrong_feeders(courses: Courses) -> list[str]:
    return [
        f"{seed.course} {feeder.feeder_id}"
        for seeds in courses.values()
        for seed in seeds
        for feeder in seed.feeder_pairs
        if feeder.parent_lego_id not in {lego.lego_id for lego in seed.lego_pairs}
    ]


def test_four_courses_teach_the_same_thirty_english_sentences_in_the_same_order() -> None:
    trained = [seeds for name, seeds in COURSES.items() if name not in NEVER_TRAINED]
    assert len(trained) == 4
    assert {tuple((seed.seed_id, seed.known) for seed in seeds) for seeds in trained} == {
        tuple((seed.seed_id, seed.known) for seed in trained[0])
    }
    assert len(trained[0]) == 30
    assert len({seeds[0].target_language for seeds in trained}) == 4


def test_a_fifth_course_in_another_language_is_never_trained_on() -> None:
    (name,) = NEVER_TRAINED
    sentences = {seed.known for seed in COURSES["spa_for_eng"]}
    assert len(COURSES[name]) >= 12
    assert {seed.known for seed in COURSES[name]} <= sentences
    assert COURSES[name][0].target_language not in {
        seeds[0].target_language for other, seeds in COURSES.items() if other != name
    }


@pytest.mark.parametrize("courses", [COURSES, CORRECTED], ids=["generated", "corrected"])
def test_chunks_stand_in_their_sentences_as_they_are_spelt_there(courses: Courses) -> None:
    assert chunks_out_of_place(courses) == []


@pytest.mark.parametrize("courses", [COURSES, CORRECTED], ids=["generated", "corrected"])
def test_ids_are_unique_and_every_feeder_has_its_parent(courses: Courses) -> None:
    findings = [finding for seeds in courses.values() for finding in check(seeds)]
    assert [finding for finding in findings if finding.rule == "DUPLICATE_ID"] == []
    assert wrong_feeders(courses) == []


def test_there_are_at_least_thirty_two_corrections_of_every_error_type() -> None:
    types = Counter(line.value.error_type for line in CORRECTIONS)
    assert types.total() >= 32
    assert set(types) == set(get_args(ErrorType))
    assert len({line.value.id for line in CORRECTIONS}) == types.total()


def test_every_correction_starts_from_the_current_breakdown() -> None:
    current = {(seed.course, seed.seed_id): seed.breakdown for seeds in COURSES.values() for seed in seeds}
    for line in CORRECTIONS:
        place = line.value.course, line.value.seed_id
        assert line.value.before == current[place], line.where
        current[place] = line.value.after


def test_generation_zero_is_mostly_right_and_its_mistakes_are_all_corrected() -> None:
    corrected = {(line.value.course, line.value.seed_id) for line in CORRECTIONS}
    for name, seeds in COURSES.items():
        wrong = {finding.seed_id for finding in critical(check(seeds))}
        assert wrong, f"{name} has no mistake to correct"
        assert {(name, seed_id) for seed_id in wrong} <= corrected
        assert len({seed_id for course, seed_id in corrected if course == name}) <= len(seeds) / 2


def test_applying_all_corrections_leaves_no_finding() -> None:
    assert [finding for seeds in CORRECTED.values() for finding in check(seeds)] == []


def test_without_any_one_lego_its_seed_has_a_gap_on_both_sides() -> None:
    for seeds in CORRECTED.values():
        for at, seed in enumerate(seeds):
            for lego in seed.lego_pairs:
                rest = tuple(other for other in seed.lego_pairs if other != lego)
                without = seed.with_breakdown(Breakdown(rest, seed.feeder_pairs))
                found = [finding for finding in GAPS([*seeds[:at], without]) if finding.seed_id == seed.seed_id]
                assert len(found) == 2, (seed.course, lego)


def fcfs_patterns(corrections: list[Correction]) -> dict[str, set[str]]:
    """Known chunk -> the languages in which generation 0 gave it a second target."""
    languages: dict[str, set[str]] = defaultdict(set)
    corrected = {(correction.course, correction.seed_id) for correction in corrections}
    for name, seeds in COURSES.items():
        for finding in critical(check(seeds)):
            if finding.rule == "FCFS_VIOLATION" and (name, finding.seed_id) in corrected:
                languages[normalise(finding.known_chunk)].add(seeds[0].target_language)
    return languages


def test_at_least_three_fcfs_patterns_occur_in_three_languages_or_more() -> None:
    patterns = fcfs_patterns([line.value for line in CORRECTIONS])
    assert len([known for known, languages in patterns.items() if len(languages) >= 3]) >= 3, patterns


def test_the_split_leaves_at_least_six_of_the_thirty_numbers_unseen() -> None:
    unseen = [n for n in range(1, 31) if side(n, PARAMS["split_salt"], PARAMS["validation_fraction"]) == "validation"]
    assert 6 <= len(unseen) <= 12


def test_fcfs_patterns_stand_on_both_sides_of_the_split() -> None:
    wrong: dict[str, set[str]] = defaultdict(set)
    for seeds in COURSES.values():
        for finding in critical(check(seeds)):
            number = int(finding.seed_id[1:])
            on = side(number, PARAMS["split_salt"], PARAMS["validation_fraction"])
            wrong[normalise(finding.known_chunk)].add(on)
    assert len([known for known, sides in wrong.items() if len(sides) == 2]) >= 3, wrong
