"""`finetune verify`: what was recorded is held against the data that it was recorded for."""

import json
from collections.abc import Callable

import msgspec
import pytest

from finetune.ledger import Ledger
from finetune.records.job import Told
from tests.conftest import SKILL, TESTING, Project

JOB = TESTING / "generation-1-job.json"
MODEL_ID = TESTING / "generation-1-model-id.txt"


def verify(project: Project, code: int = 0) -> str:
    return project.python("-m", "finetune", "verify", code=code)


def test_a_generation_that_was_made_and_committed_agrees_with_its_data(generation_one: Project) -> None:
    told = verify(generation_one)
    assert "0 wrong, 0 skipped" in told
    held = json.loads(generation_one.python("-m", "finetune", "verify", "gen-1", "--json"))
    assert any("the key of" in one["what"] for one in held)
    assert any(one["what"].startswith("dvc.lock: prepare: ") for one in held)


def test_a_project_without_a_generation_has_nothing_to_verify(project: Project) -> None:
    assert "0 wrong" in verify(project)


def test_what_is_not_committed_is_not_verified(made: Project) -> None:
    made.path(MODEL_ID).write_text("local-extractor:other:00000000\n", encoding="utf-8")
    assert "0 wrong" in verify(made)


def other_model(project: Project) -> None:
    project.path(MODEL_ID).write_text("local-extractor:ssi-lego-v1:00000000\n", encoding="utf-8")


def other_param(project: Project) -> None:
    project.replace("params.yaml", "epochs: 8", "epochs: 9")


def other_data(project: Project) -> None:
    path = SKILL / "corrections/spa_for_eng.jsonl"
    project.path(path).write_text("".join(project.read(path).splitlines(keepends=True)[1:]), encoding="utf-8")


def other_job(project: Project) -> None:
    job = json.loads(project.read(JOB))
    project.path(JOB).write_text(json.dumps({**job, "job_id": "local-0000"}), encoding="utf-8")


def falsified_spec(project: Project) -> None:
    job = json.loads(project.read(JOB))
    job["spec"]["suffix"] = "another"
    project.path(JOB).write_text(json.dumps(job), encoding="utf-8")


def lost_ledger(project: Project) -> None:
    for path in project.path("jobs").glob("*.json"):
        path.unlink()


def falsified_ledger(project: Project) -> None:
    (entry,) = Ledger(project.path("jobs")).entries()
    path = project.path(f"jobs/{entry.spec.key}.json")
    path.write_text(path.read_text("utf-8").replace('"attempt": 1', '"attempt": 2'), encoding="utf-8")


def other_told(project: Project) -> None:
    """A person told another model of the job than is recorded."""
    (entry,) = Ledger(project.path("jobs")).entries()
    told = Told("local-extractor:ssi-lego-v1:11111111", "2026-11-23T00:00:00+00:00")
    Ledger(project.path("jobs")).write(msgspec.structs.replace(entry, told=told))


def half_a_merge(project: Project) -> None:
    curve = TESTING / "generation-1-curve.csv"
    project.path(curve).write_text(project.read(curve) + "9,1.0,1.0\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            other_model,
            "it says local-extractor:ssi-lego-v1:00000000, and the recorded model is local-extractor",
        ),
        (other_param, "submit.hyperparameters is {'epochs': 9"),
        (other_data, "its courses and corrections make another training file than the job was trained on"),
        (other_job, "for this key, not local-0000"),
        (falsified_spec, "generation-1-job.json: its key: it says "),
        (lost_ledger, "the ledger has no "),
        (other_told, "a person told local-extractor:ssi-lego-v1:11111111, and local-extractor"),
        (falsified_ledger, "its key: it says "),
        (
            half_a_merge,
            "/testing/generation-1-curve.csv: it is not what the stage made",
        ),
    ],
)
def test_whatever_was_changed_after_the_job_is_named(
    made: Project, change: Callable[[Project], None], told: str
) -> None:
    change(made)
    made.commit("changed behind the pipeline's back")
    found = verify(made, code=1)
    assert told in found
    assert "wrong: " in found


def test_an_unknown_revision_is_refused(project: Project) -> None:
    assert "no-such: no such Git revision" in project.python("-m", "finetune", "verify", "no-such", code=2)
