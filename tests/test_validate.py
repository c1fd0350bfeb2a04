"""The stage validate: nothing wrong goes on."""

import json

from finetune.dataset.rules import rule_modules
from tests.conftest import SKILL, TRAINING, Project


def validate(project: Project, code: int = 0) -> str:
    """The stage's script on the files as they are."""
    paths = {
        "--courses": SKILL / "courses",
        "--corrections": SKILL / "corrections",
        "--training": TRAINING / "training.jsonl",
        "--validation": TRAINING / "validation.jsonl",
        "--metrics": TRAINING / "findings.json",
    }
    return project.python("-m", "scripts.validate", *(str(w) for pair in paths.items() for w in pair), code=code)


def test_our_own_sample_has_no_finding(project: Project) -> None:
    assert "0 errors, 0 warnings" in project.stage("validate")
    found = json.loads(project.read(TRAINING / "findings.json"))
    assert (found["training"], found["validation"], found["findings"]) == (88, 32, 0)
    assert set(found["by_rule"]) == set(rule_modules())


def test_a_finding_stops_the_pipeline_and_is_told_with_its_place(project: Project) -> None:
    project.stage("prepare")
    path = project.path(TRAINING / "training.jsonl")
    lines = path.read_text("utf-8").splitlines()
    path.unlink()
    path.write_text("\n".join([*lines, lines[4], "{"]) + "\n", encoding="utf-8")
    told = validate(project, code=1)
    assert f"{TRAINING}/training.jsonl:89: duplicate: the same example as {TRAINING}/training.jsonl:5" in told
    assert f"{TRAINING}/training.jsonl:90:2: not-json: not JSON" in told
    assert json.loads(project.read(TRAINING / "findings.json"))["by_rule"]["duplicate"] == 1


def test_an_answer_that_a_correction_called_wrong_stops_the_pipeline(project: Project) -> None:
    project.stage("prepare")
    (correction, *_) = map(json.loads, project.read(SKILL / "corrections/spa_for_eng.jsonl").splitlines())
    path = project.path(TRAINING / "training.jsonl")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    ours = [i for i, one in enumerate(lines) if json.loads(one["messages"][0]["content"])["course"] == "spa_for_eng"]
    at = next(i for i in ours if json.loads(lines[i]["messages"][0]["content"])["seed_id"] == correction["seed_id"])
    lines[at]["messages"][1]["content"] = json.dumps(correction["before"])
    path.unlink()
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    said = f"training.jsonl:{at + 1}: known-wrong-answer: the correction {correction['id']} calls this answer wrong"
    assert said in validate(project, code=1)


def test_too_few_examples_are_not_submitted(project: Project) -> None:
    project.replace("params.yaml", "fewest_validation: 8", "fewest_validation: 800")
    told = project.stage("submit", code=255)
    assert "too-little-data: 32 records; at least 800 are needed (validate.fewest_validation)" in told
    assert not list(project.path("jobs").glob("*.json"))


def test_an_unknown_profile_is_refused_with_the_known_ones(project: Project) -> None:
    project.stage("prepare")
    project.replace("params.yaml", "profile: anthropic", "profile: mine")
    assert "params.yaml: validate.profile: unknown: mine; known: anthropic, bedrock," in validate(project, code=2)
