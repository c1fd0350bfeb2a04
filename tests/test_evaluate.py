"""The stage evaluate: figures that are true, for groups that are kept apart, and what it refuses."""

import json

import pytest

from finetune.lego.quality import quality
from finetune.records.course import Courses
from finetune.records.finding import CourseFinding, Severity
from finetune.statistics.agreement import agreement
from finetune.statistics.results import groups_of, results
from tests.answers import PARAMS, breakdown, compared, plain_courses, predicted, right, seed, wrong
from tests.conftest import TESTING, TRAINING, Project

COMER, TOMAR, LLEVAR = ("comer", "to eat"), ("tomar", "to take"), ("llevar", "to take")


def test_f1_counts_exact_chunk_pairs_without_regard_to_case() -> None:
    truth = [seed(1, ("Quiero", "I want"), COMER), seed(2, TOMAR)]
    answer = [seed(1, ("quiero ", "I WANT"), ("comer algo", "to eat")), seed(2)]
    found = agreement(answer, truth)
    assert (found.common, found.answered, found.right) == (1, 2, 3)
    assert found.f1 == pytest.approx(2 * 1 / (2 + 3))


def test_a_pair_that_is_listed_twice_counts_once() -> None:
    assert agreement([seed(1, COMER, COMER)], [seed(1, COMER)]).common == 1


def test_nothing_on_either_side_divides_nothing_by_zero() -> None:
    assert agreement([], []).f1 == 0.0
    truth = {"spa_for_eng": [seed(1)]}
    found = compared(truth, right(truth), right(truth)).groups["unseen"]
    assert (found.f1.candidate, found.clean_lego_rate.candidate, found.violations_per_100_legos.candidate) == (
        None,
        0.0,
        None,
    ), 'no pair; two gaps (the sentence is "nada"); no LEGO'


def test_seeds_are_grouped_by_what_was_trained_on() -> None:
    words = [(f"palabra {n}", f"word {n}") for n in range(3)]
    truth = {name: [seed(n + 1, words[n], course=name) for n in range(3)] for name in ("spa_for_eng", "por_for_eng")}
    groups = groups_of(truth, {"spa_for_eng": ["S0001"], "ita_for_eng": ["S0002"]})
    assert [groups["spa_for_eng", f"S000{n}"] for n in (1, 2, 3)] == ["seen", "left_out", "unseen"]
    assert {groups["por_for_eng", f"S000{n}"] for n in (1, 2, 3)} == {"never_trained"}


def test_a_seed_that_either_model_was_trained_on_is_not_unseen() -> None:
    truth = {"spa_for_eng": [seed(1, COMER), seed(2, TOMAR), seed(3, ("ir", "to go"))]}
    groups = groups_of(truth, {"spa_for_eng": ["S0001"]}, {"spa_for_eng": ["S0002"]})
    assert list(groups.values()) == ["seen", "seen", "unseen"]


def test_an_fcfs_violation_is_counted_in_the_group_of_the_seed_that_broke_the_claim() -> None:
    truth = {"spa_for_eng": [seed(1, TOMAR), seed(2, ("llevar a Ana", "to take Ana"))]}
    both = truth["spa_for_eng"], (TOMAR, LLEVAR)
    given = [predicted(one, breakdown(one.seed_id, pair)) for one, pair in zip(*both, strict=True)]
    found = compared(truth, right(truth), given, {"spa_for_eng": ["S0001"]})
    assert (found.groups["seen"].fcfs_violations.candidate, found.groups["unseen"].fcfs_violations.candidate) == (0, 1)
    (violation,) = results(2, truth, given).by_course["spa_for_eng"].fcfs_violations
    assert (violation.first.target_chunk, violation.violating.target_chunk) == ("tomar", "llevar")


def two_samples() -> Courses:
    return {"spa_for_eng": [seed(1, TOMAR), seed(2, ("llevar a Ana", "to take Ana"))]}


def test_the_results_of_several_samples_are_their_mean_and_a_violation_names_its_samples() -> None:
    truth = two_samples()
    broken = predicted(truth["spa_for_eng"][1], breakdown("S0002", LLEVAR), sample=2)
    given = [one for one in right(truth, samples=2) if (one.seed_id, one.sample) != ("S0002", 2)]
    found = results(1, truth, [*given, broken]).by_course["spa_for_eng"]
    assert (found.samples, found.legos, found.issues["critical"], found.quality) == (2, 2, 0.5, 97.5)
    assert found.by_type == {"FCFS_VIOLATION": 0.5}
    assert [violation.samples for violation in found.fcfs_violations] == [(2,)]


def test_a_call_that_failed_is_in_no_figure_of_the_results_but_its_own() -> None:
    truth = two_samples()
    failed = predicted(truth["spa_for_eng"][1], None, failed="timed out")
    found = results(1, truth, [right(truth)[0], failed]).by_course["spa_for_eng"]
    assert (found.failed, found.unparsed, found.legos, found.clean_lego_rate) == (1, 0, 1, 1.0)


@pytest.mark.parametrize(
    ("severities", "score"),
    [
        ([], 100.0),
        (["critical"] * 3 + ["medium"] * 7, 81.5),
        (["high", "low", "structure"], 98.0),
        (["critical"] * 21, 0.0),
    ],
)
def test_quality_is_the_originals_score(severities: list[Severity], score: float) -> None:
    assert quality([CourseFinding("R", severity, "c", "S0001", "m") for severity in severities]) == score


def test_a_course_has_its_quality_with_an_interval_in_bounds_on_each_side() -> None:
    courses = plain_courses(8)
    found = compared(courses, wrong(courses, numbers=[1, 2, 3, 4]), right(courses)).courses
    assert [(one.course, one.group, one.seeds) for one in found] == [
        ("ita_for_eng", "unseen", 8),
        ("spa_for_eng", "unseen", 8),
    ]
    assert found[0].baseline.value == pytest.approx(100 - 30 * 5 * 4 / 8)
    assert found[0].baseline.low == 0.0
    assert found[0].baseline.high is not None and found[0].baseline.value < found[0].baseline.high <= 100.0
    assert (found[0].candidate.value, found[0].candidate.low, found[0].candidate.high) == (100.0, None, None)


def test_the_original_score_depends_on_a_courses_length_and_the_scaled_one_does_not() -> None:
    short, long = (plain_courses(numbers, ["spa_for_eng"]) for numbers in (10, 40))
    found = [results(1, its, wrong(its, numbers=range(1, 41, 2))).by_course["spa_for_eng"] for its in (short, long)]
    assert [one.quality for one in found] == [75.0, 0.0]
    assert found[0].scaled_quality == found[1].scaled_quality == 25.0
    assert found[0].clean_lego_rate == pytest.approx(found[1].clean_lego_rate)


def test_the_tuned_generation_is_better_than_the_base_where_it_counts(generation_one: Project) -> None:
    found = json.loads(generation_one.read(TESTING / "generation-comparison.json"))
    assert found["verdict"]["outcome"] == "BETTER"
    for group in ("unseen", "never_trained"):
        assert found["groups"][group]["effects"]["agreement"]["outcome"] == "BETTER"
        fcfs = found["groups"][group]["fcfs_violations"]
        assert fcfs["candidate"] <= fcfs["baseline"]
    assert found["groups"]["unseen"]["f1"]["candidate"] > 0.37, "the prototype's"


def test_the_local_provider_answers_alike_each_time_so_that_nothing_blocks(generation_one: Project) -> None:
    found = json.loads(generation_one.read(TESTING / "generation-comparison.json"))
    for side in ("baseline", "candidate"):
        assert set(found[side]["itself"]) == set(PARAMS.measures)
        assert all(effect["discordant"] == 0 for effect in found[side]["itself"].values())


def test_the_groups_are_those_of_the_training_file(generation_one: Project) -> None:
    groups = json.loads(generation_one.read(TESTING / "generation-comparison.json"))["groups"]
    examples = {
        side: len(generation_one.read(TRAINING / f"{side}.jsonl").splitlines()) for side in ("training", "validation")
    }
    assert groups["seen"]["seeds"] == examples["training"]
    assert groups["unseen"]["seeds"] == examples["validation"]
    assert groups["never_trained"]["seeds"] == 16


def test_the_results_have_the_originals_fields(generation_one: Project) -> None:
    found = json.loads(generation_one.read(TESTING / "generation-1-results.json"))
    assert found["generation"] == 1
    assert found["model"] == generation_one.read(TESTING / "generation-1-model-id.txt").strip()
    for course in found["by_course"].values():
        assert {"quality", "issues", "by_type", "fcfs_violations"} <= set(course)
        assert course["quality"] == max(
            0.0,
            100 - 5 * course["issues"]["critical"] - 2 * course["issues"]["high"] - 0.5 * course["issues"]["medium"],
        )
    qualities = [course["quality"] for course in found["by_course"].values()]
    assert found["overall_metrics"]["quality"] == pytest.approx(sum(qualities) / len(qualities), abs=1e-4)


def test_the_history_has_the_base_and_what_the_generation_was_made_of(generation_one: Project) -> None:
    base, one = json.loads(generation_one.read(TESTING / "generation-1-history.json"))
    assert (base["generation"], base["model"], base["trained"]) == (0, "local-extractor", {})
    assert (one["generation"], one["verdict"]) == (1, "BETTER")
    assert sum(map(len, one["trained"].values())) == one["dataset"]["training"]
    assert one["params"]["submit.hyperparameters.epochs"] == 8
    job = json.loads(generation_one.read(TESTING / "generation-1-job.json"))
    assert one["training_sha256"] == job["spec"]["training"]["sha256"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lines: lines[:-1], "its answers are not those of the courses: 1 missing, the first"),
        (lambda lines: [*lines, lines[0]], "its answers are not those of the courses: 1 twice, the first cmn_for_eng"),
        (lambda lines: [line.replace("spa_for_eng", "glg_for_eng") for line in lines], "60 missing, the first spa_for"),
        (lambda lines: [lines[0].replace('"model":"', '"model":"x'), *lines[1:]], "the answers of several models"),
        (lambda _: [], "no answers; run `dvc repro predict`"),
    ],
    ids=["one missing", "one twice", "another course", "two models", "a missing side"],
)
def test_answers_that_are_no_whole_side_are_refused(made: Project, spoil: object, said: str) -> None:
    path = made.path(TESTING / "generation-1-predictions.jsonl")
    lines = path.read_text("utf-8").splitlines()
    path.unlink()
    path.write_text("".join(f"{line}\n" for line in spoil(lines)), encoding="utf-8")  # type: ignore[operator]
    assert said in made.run("dvc", "repro", "--single-item", "evaluate", code=255)


def test_a_generation_without_any_correction_is_compared_and_says_that_nothing_can_have_healed(made: Project) -> None:
    for path in made.path("skills/lego-extraction-skill/corrections").glob("*.jsonl"):
        path.unlink()
    made.run("dvc", "repro", "--single-item", "evaluate")
    found = json.loads(made.read(TESTING / "generation-comparison.json"))
    assert found["patterns"] == [] and found["recurrence"] == {}
    assert "no correction names an error: whether errors healed cannot be told" in found["verdict"]["caveats"]
    assert found["not_scored"] > 0, "uncorrected seeds that break a law have no truth"
