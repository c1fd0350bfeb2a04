"""The stage evaluate: figures that are true, for groups that are kept apart."""

import json

import pytest

from finetune.lego.quality import quality
from finetune.records.course import NOTHING, Breakdown, Lego, Seed
from finetune.records.finding import CourseFinding, Severity
from finetune.records.result import Prediction
from finetune.reports.comparison import compare
from finetune.statistics.agreement import agreement
from finetune.statistics.results import groups_of, results
from tests.conftest import TESTING, TRAINING, Project


def seed(number: int, *pairs: tuple[str, str], course: str = "spa_for_eng") -> Seed:
    name = f"S{number:04}"
    legos = tuple(Lego(f"{name}L{i:02}", "BASE", target, known) for i, (target, known) in enumerate(pairs, 1))
    target, known = (" ".join(pair[side] for pair in pairs) for side in (0, 1))
    return Seed(course, name, "Spanish", "English", target, known, legos, ())


def predicted(truth: Seed, breakdown: Breakdown | None) -> Prediction:
    return Prediction(truth.course, truth.seed_id, "model", "", breakdown)


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
    found = results(1, "model", truth, [predicted(seed(1), NOTHING)], frozenset(), 4)
    assert found.by_group["never_trained"].f1 == 0.0
    assert found.overall_metrics["quality"] == 100.0


def test_seeds_are_grouped_by_what_was_trained_on() -> None:
    words = [(f"palabra {n}", f"word {n}") for n in range(3)]
    truth = {name: [seed(n + 1, words[n], course=name) for n in range(3)] for name in ("spa_for_eng", "por_for_eng")}
    groups = groups_of(truth, frozenset({("spa_for_eng", "S0001"), ("ita_for_eng", "S0002")}))
    assert [groups["spa_for_eng", f"S000{n}"] for n in (1, 2, 3)] == ["seen", "left_out", "unseen"]
    assert {groups["por_for_eng", f"S000{n}"] for n in (1, 2, 3)} == {"never_trained"}


def test_a_seed_whose_truth_breaks_a_law_is_not_scored_but_counted() -> None:
    truth = {"spa_for_eng": [seed(1, TOMAR), seed(2, LLEVAR)]}
    found = results(1, "model", truth, [predicted(one, NOTHING) for one in truth["spa_for_eng"]], frozenset(), 4)
    assert found.by_group["never_trained"].seeds == 1
    assert found.overall_metrics["without_truth"] == 1


def test_an_fcfs_violation_is_counted_in_the_group_of_the_seed_that_broke_the_claim() -> None:
    truth = {"spa_for_eng": [seed(1, TOMAR), seed(2, ("llevar a Ana", "to take Ana"))]}
    given = [predicted(seed(1), seed(1, TOMAR).breakdown), predicted(seed(2), seed(2, LLEVAR).breakdown)]
    found = results(1, "model", truth, given, frozenset({("spa_for_eng", "S0001")}), 4)
    assert (found.by_group["seen"].fcfs_violations, found.by_group["unseen"].fcfs_violations) == (0, 1)
    (violation,) = found.by_course["spa_for_eng"].fcfs_violations
    assert (violation.first.target_chunk, violation.violating.target_chunk) == ("tomar", "llevar")


def test_an_answer_that_does_not_parse_counts_as_no_lego_and_is_counted() -> None:
    truth = {"spa_for_eng": [seed(1, COMER)]}
    found = results(1, "model", truth, [predicted(truth["spa_for_eng"][0], None)], frozenset(), 4)
    assert found.by_course["spa_for_eng"].unparsed == 1
    assert found.by_group["never_trained"].f1 == 0.0


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


def test_a_comparison_has_both_sides_and_the_change() -> None:
    truth = {"spa_for_eng": [seed(1, COMER)]}
    before = results(0, "base", truth, [predicted(truth["spa_for_eng"][0], NOTHING)], frozenset(), 4)
    after = results(
        1, "tuned", truth, [predicted(truth["spa_for_eng"][0], truth["spa_for_eng"][0].breakdown)], frozenset(), 4
    )
    compared = json.loads(json.dumps(compare(before, after, 4)))
    assert compared["by_group"]["never_trained"]["f1"] == {"baseline": 0.0, "candidate": 1.0, "change": 1.0}


def test_the_tuned_generation_is_better_than_the_base_where_it_counts(generation_one: Project) -> None:
    groups = json.loads(generation_one.read(TESTING / "generation-comparison.json"))["by_group"]
    for group in ("unseen", "never_trained"):
        assert groups[group]["f1"]["change"] > 0.2, groups
        assert groups[group]["fcfs_violations"]["candidate"] <= groups[group]["fcfs_violations"]["baseline"]
    assert groups["unseen"]["f1"]["candidate"] > 0.37, "the prototype's"


def test_the_groups_are_those_of_the_training_file(generation_one: Project) -> None:
    groups = json.loads(generation_one.read(TESTING / "generation-1-results.json"))["by_group"]
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


def test_answers_of_other_courses_are_refused(made: Project) -> None:
    path = made.path(TESTING / "generation-1-predictions.jsonl")
    lines = path.read_text("utf-8").splitlines()
    path.unlink()
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    told = made.run("dvc", "repro", "--single-item", "evaluate", code=255)
    assert "its answers are not those of the courses; run `dvc repro predict`" in told
