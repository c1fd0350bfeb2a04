"""The stage validate: nothing wrong goes on."""

import json

import pytest

from finetune.dataset.lint import lint, read_line, rule_checks
from finetune.records.dataset import Line, Side
from finetune.records.params import Validate
from tests.conftest import TRAINING, Project

NO_MINIMUM = Validate(fewest_training=0, fewest_validation=0)
PROMPT = {
    "course": "spa_for_eng",
    "seed_id": "S0001",
    "target_language": "Spanish",
    "known_language": "English",
    "target": "Hola.",
    "known": "Hello.",
    "claims": [],
}
ANSWER: dict[str, list[object]] = {"lego_pairs": [], "feeder_pairs": []}


def text(user: object = PROMPT, assistant: object = ANSWER, system: str = "Split.") -> str:
    messages = [("user", user), ("assistant", assistant)]
    return chat(
        *((role, said if isinstance(said, str) else json.dumps(said)) for role, said in messages), system=system
    )


def chat(*messages: tuple[str, str], system: str = "Split.") -> str:
    return json.dumps({"system": system, "messages": [{"role": role, "content": said} for role, said in messages]})


def line(content: str, number: int = 1, side: Side = "training") -> Line:
    return read_line(f"{side}.jsonl", number, side, content)


OTHER = {**PROMPT, "seed_id": "S0002", "known": "Goodbye."}
LEGO = {"lego_id": "S0001L01", "lego_type": "BASE", "target_chunk": "Hola", "known_chunk": "Hello"}
BAD = {
    "not-json": [line("{")],
    "shape": [line('{"messages": []}')],
    "role-order": [line(chat(("assistant", "a"), ("user", "b")))],
    "empty-text": [line(text(system=" "))],
    "answer-not-breakdown": [line(text(assistant="I think that"))],
    "prompt-not-seed": [line(text(user="Split this, please."))],
    "duplicate": [line(text()), line(text(), 2)],
    "contradiction": [line(text()), line(text(assistant={**ANSWER, "lego_pairs": [LEGO]}), 2)],
    "prompt-on-both-sides": [line(text()), line(text(), side="validation")],
    "too-little-data": [line(text())],
}
GOOD = [line(text()), line(text(user=OTHER), side="validation")]


def test_every_rule_has_a_bad_example_here() -> None:
    assert set(BAD) == set(rule_checks())


@pytest.mark.parametrize("rule", sorted(BAD))
def test_a_rule_finds_what_is_wrong_and_says_where(rule: str) -> None:
    params = Validate(fewest_training=2, fewest_validation=0) if rule == "too-little-data" else NO_MINIMUM
    found = [finding for finding in lint(BAD[rule], params) if finding.rule == rule]
    assert found
    assert {(finding.file, finding.line) for finding in found} <= {(bad.file, bad.number) for bad in BAD[rule]}
    assert all(";" in finding.message for finding in found), "it says what is wrong; and what would be right"


def test_what_is_right_has_no_finding() -> None:
    assert lint(GOOD, NO_MINIMUM) == []


def test_a_contradiction_names_every_line_of_it() -> None:
    (first, second) = lint(BAD["contradiction"], NO_MINIMUM)
    assert first.lines == second.lines == ("training.jsonl:1", "training.jsonl:2")


def test_our_own_sample_has_no_finding(project: Project) -> None:
    assert "0 findings" in project.stage("validate")
    assert json.loads(project.read(TRAINING / "findings.json"))["findings"] == 0


def test_a_finding_stops_the_pipeline_and_is_told_with_its_place(project: Project) -> None:
    project.stage("prepare")
    path = project.path(TRAINING / "training.jsonl")
    lines = path.read_text("utf-8").splitlines()
    path.unlink()
    path.write_text("\n".join([*lines, lines[4], "{"]) + "\n", encoding="utf-8")
    names = [str(TRAINING / name) for name in ("training.jsonl", "validation.jsonl", "findings.json")]
    options = zip(("--training", "--validation", "--metrics"), names, strict=True)
    arguments = [word for option in options for word in option]
    told = project.python("-m", "scripts.validate", *arguments, code=1)
    assert f"{TRAINING}/training.jsonl:89: duplicate: the same example as {TRAINING}/training.jsonl:5" in told
    assert f"{TRAINING}/training.jsonl:90: not-json: not JSON" in told
    assert json.loads(project.read(TRAINING / "findings.json"))["by_rule"]["duplicate"] == 1


def test_too_few_examples_are_not_submitted(project: Project) -> None:
    project.replace("params.yaml", "fewest_validation: 8", "fewest_validation: 800")
    told = project.stage("submit", code=255)
    assert "too-little-data: 32 examples; at least 800 are needed (validate.fewest_validation)" in told
    assert not list(project.path("jobs").glob("*.json"))
