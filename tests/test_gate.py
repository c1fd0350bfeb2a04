"""The gate: it opens where every criterion is met, and shuts otherwise, for CI."""

import json

import pytest

from tests.conftest import TESTING, Project


def test_the_gate_is_shut_while_too_few_patterns_can_be_told_to_have_healed(generation_one: Project) -> None:
    told = generation_one.python("-m", "finetune", "gate", code=1)
    assert "met     quality gained: +" in told
    assert "not met patterns healed: 0 of" in told
    assert "the gate is shut" in told
    verdict = json.loads(generation_one.python("-m", "finetune", "gate", "--json", code=1))
    assert verdict["passed"] is False
    assert [one["met"] for one in verdict["criteria"]] == [True, True, True, False]


def test_the_gate_opens_once_every_criterion_is_met(made: Project) -> None:
    made.replace("params.yaml", "patterns_healed: 2", "patterns_healed: 0")
    made.run("dvc", "repro", "--single-item", "evaluate")
    assert "the gate is open" in made.python("-m", "finetune", "gate")
    assert json.loads(made.python("-m", "finetune", "gate", "--json"))["passed"] is True


@pytest.mark.parametrize("outcome", ["WORSE", "MIXED", "BLOCKED", "UNTESTABLE"])
def test_no_figure_makes_up_for_a_verdict_that_it_is_worse_or_that_nothing_is_proven(
    made: Project, outcome: str
) -> None:
    path = made.path(TESTING / "generation-comparison.json")
    found = json.loads(path.read_text("utf-8"))
    found["verdict"] |= {"outcome": outcome, "criteria": []}
    path.write_text(json.dumps(found), encoding="utf-8")
    made.python("-m", "finetune", "gate", code=1)


def test_the_verdict_of_another_generation_opens_nothing(made: Project) -> None:
    made.replace("params.yaml", "generation: 1 ", "generation: 2 ")
    told = made.python("-m", "finetune", "gate", code=2)
    assert "it compares generation 1, and params.yaml names 2; run `make finetune`" in told


def test_a_comparison_with_other_criteria_opens_nothing(made: Project) -> None:
    made.replace("params.yaml", "    quality: 90", "    quality: 1")
    told = made.python("-m", "finetune", "gate", code=2)
    assert "it was compared with other values of evaluate.criteria; run `make finetune`" in told


def test_without_a_comparison_the_gate_says_how_to_get_one(project: Project) -> None:
    told = project.python("-m", "finetune", "gate", code=2)
    assert "generation-comparison.json: no such file; run `make finetune`, which compares" in told
