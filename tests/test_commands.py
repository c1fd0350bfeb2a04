"""The commands: make, plan, status, check, and what they say."""

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from finetune.errors import FinetuneError
from finetune.files.params import check_params
from tests.conftest import SKILL, TESTING, TRAINING, Project
from tests.imports import ROOT
from tests.test_record import start, wait_for, wait_for_a_look

COMMANDS = sorted(path.stem for path in (ROOT / "finetune/commands").glob("*.py") if path.stem != "__init__")


def test_help_lists_every_command_with_what_it_does(project: Project) -> None:
    told = project.python("-m", "finetune", "--help")
    assert all(f"  {name} " in told for name in COMMANDS)
    assert project.python("-m", "finetune", code=2) == told


def test_every_command_has_its_own_help(project: Project) -> None:
    for name in COMMANDS:
        assert f"usage: finetune {name}" in project.python("-m", "finetune", name, "--help")


def test_an_unknown_command_is_refused_with_the_known_ones(project: Project) -> None:
    assert f"known: {', '.join(COMMANDS)}" in project.python("-m", "finetune", "train", code=2)


def test_the_first_run_ends_with_what_to_commit_and_to_tag(generation_one: Project) -> None:
    told: str = generation_one.made  # type: ignore[attr-defined]
    assert "generation 1 is made: local-extractor:ssi-lego-v1:" in told
    assert "git tag gen-1" in told
    assert "BETTER  Generation 1 is better than generation 0 on unseen seeds: " in told
    assert "report: reports/generation-1.html" in told
    screen = told[told.index("generation 0 (local-extractor)") : told.index("report: reports/")].splitlines()
    assert len(screen) <= 24 and max(map(len, screen)) <= 100, "one screen"


def test_a_second_run_does_nothing_and_says_so_in_a_few_seconds(made: Project) -> None:
    begun = time.monotonic()
    told = made.python("-m", "finetune", "make")
    assert "nothing to do: generation 1 is up to date (local-extractor:ssi-lego-v1:" in told
    assert time.monotonic() - begun < 30, "a few seconds on a machine that does nothing else"
    assert "Running stage" not in told


def test_plan_says_that_a_new_job_would_be_submitted_and_then_that_none_would(project: Project, made: Project) -> None:
    told = project.python("-m", "finetune", "plan")
    assert "stages to run: prepare, validate, submit, record, predict" in told
    assert "a new one would be submitted to local (local-extractor, 88 training and 32 validation examples)" in told
    assert "unless it and its A/B test may cost more than 50 USD (submit.max_cost_usd): `make estimate` says" in told
    project.replace("params.yaml", "max_cost_usd: 50", "max_cost_usd: null")
    assert "unless" not in project.python("-m", "finetune", "plan")
    told = made.python("-m", "finetune", "plan")
    assert "stages to run: none, all are up to date" in told
    assert "is in the ledger; nothing would be submitted" in told


@pytest.mark.slow
def test_plan_knows_the_job_that_the_run_then_makes(project: Project) -> None:
    planned = json.loads(project.python("-m", "finetune", "plan", "--json"))
    project.stage("submit")
    (entry,) = project.path("jobs").glob("*.json")
    assert planned["key"] == entry.stem
    assert planned["known_job"] is None


def test_plan_sees_that_a_new_correction_means_a_new_job(made: Project) -> None:
    made.path(SKILL / "corrections/spa_for_eng.jsonl").unlink()
    told = made.python("-m", "finetune", "plan")
    assert "stages to run: prepare, validate, predict" in told
    assert "then, where what they read changes: submit, record" in told
    assert "a new one would be submitted" in told


def test_status_answers_while_a_stage_runs(small: Project) -> None:
    assert "no job was ever submitted here" in small.python("-m", "finetune", "status")
    running = start(small, "dvc", "repro", "record")
    wait_for(small.path("jobs"))
    while not list(small.path("jobs").glob("*.json")):
        time.sleep(0.05)
    told = small.python("-m", "finetune", "status")
    assert "(22 examples, 20" in told
    running.communicate()
    assert "succeeded" in small.python("-m", "finetune", "status")
    (job,) = json.loads(small.python("-m", "finetune", "status", "--json"))
    assert job["state"]["model_id"] == small.read(TESTING / "generation-1-model-id.txt").strip()


def test_ctrl_c_waits_for_what_runs_and_says_that_the_job_goes_on_and_cancel_stops_it(small: Project) -> None:
    running = start(small, sys.executable, "-m", "finetune", "make")
    job = wait_for_a_look(running)
    os.killpg(running.pid, signal.SIGINT)
    told = running.communicate()[0]
    assert running.returncode == 130, told
    assert "Traceback" not in told
    assert f"the job goes on: `make status` says where it is, `python -m finetune cancel {job}` stops it" in told
    assert f"{job}: cancelled" in small.python("-m", "finetune", "cancel", job)
    assert f"{job}: cancelled" in small.python("-m", "finetune", "status")
    told = small.python("-m", "finetune", "make", code=1)
    assert "cancelled: cancelled by a person; mend the cause; then set submit.attempt to 2" in told


def test_a_job_that_is_not_in_the_ledger_cannot_be_cancelled(project: Project) -> None:
    assert "local-1: not in the ledger; known: none" in project.python("-m", "finetune", "cancel", "local-1", code=2)


def test_make_clean_keeps_the_environment_the_ledger_and_what_dvc_brings_back(made: Project) -> None:
    kept = {name: made.path(name) for name in (".env", ".venv/pyvenv.cfg", ".dvc/config.local")}
    for path in kept.values():
        path.parent.mkdir(exist_ok=True)
        path.write_text("[core]\n")
    assert "removed what can be made again" in made.run("make", "clean")
    assert not made.path("models/generation-1").exists()
    assert all(path.exists() for path in kept.values())
    assert list(made.path("jobs").glob("*.json")) and list(made.path(".dvc/cache").rglob("*"))
    made.run("dvc", "checkout")
    assert "nothing to do" in made.python("-m", "finetune", "make")


def test_check_says_how_good_the_courses_are_before_and_after_their_corrections(project: Project) -> None:
    told = project.python("-m", "finetune", "check")
    assert "100.0" in told and "spa_for_eng" in told
    lines = project.read(SKILL / "corrections/spa_for_eng.jsonl").splitlines()
    kept = [line for line in lines if '"seed_id": "S0013"' not in line]
    project.path(SKILL / "corrections/spa_for_eng.jsonl").write_text("\n".join(kept) + "\n", encoding="utf-8")
    told = project.python("-m", "finetune", "check", code=1)
    assert "spa_for_eng S0013: critical: FCFS_VIOLATION: 'to take' is 'llevar a' here" in told
    found = json.loads(project.python("-m", "finetune", "check", "--json", code=1))
    assert found["spa_for_eng"][0]["seed_id"] == "S0013"


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("generation: 1 ", "generation: one ", "params.yaml: generation: 'one'"),
        ("generation: 1 ", "generation: 0 ", "params.yaml: generation: 0"),
        ("baseline: 0 ", "baseline: 1 ", "params.yaml: baseline: 1; it is an earlier generation"),
        ("generation: 1 ", "generation: [1 ", "params.yaml: not YAML"),
        (
            "generation: 1 ",
            "bogus: 1\ngeneration: 1 ",
            "params.yaml: unknown: bogus; known: generation, baseline, prepare",
        ),
        ("claims: own", "claims: foo", "Invalid enum value 'foo' - at `$.claims`; known: own, corrected"),
        ("    - agreement", "    - beauty", "known: clean_lego_rate, points_lost, violations, agreement"),
        (
            "    quality: 90",
            "    qualty: 90",
            "params.yaml: evaluate.criteria: unknown: qualty; known here: quality_gain,",
        ),
        ("fcfs_reduction: 0.5", "fcfs_reduction: 50", "params.yaml: evaluate.criteria: Expected `float` <= 1"),
        ("    quality: 90", "    quality: .nan", "params.yaml: evaluate.criteria.quality: not a finite number: nan"),
        ("    - agreement", "    - clean_lego_rate", "params.yaml: evaluate: a measure stands there twice"),
        ("answered: 0.5", "answered: 0", "params.yaml: evaluate.criteria: Expected `float` > 0"),
    ],
)
def test_a_generation_that_is_none_is_refused(project: Project, old: str, new: str, wrong: str) -> None:
    project.replace("params.yaml", old, new)
    assert wrong in project.python("-m", "finetune", "make", code=2)


@pytest.mark.parametrize(
    "content",
    [
        b"generation: 1 # \xff",
        "generation: 1".encode("utf-16"),
        b"generation: 2026-99-99",
        b"generation: !!bool a",
        b"generation: !!timestamp a",
        b"generation: !!int a",
        b"? [a]\n: 1",
        b"generation: " + b"1" * 5000,
        b"generation: " + b"[" * 2000,
        b"generation: " + b"[" * 200_000,  # more than libyaml's stack has room for
        b"generation: &a [*a]",
        b'prepare: {split_salt: "\\ud800"}',
    ],
)
def test_params_of_any_bytes_are_refused_with_their_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    with pytest.raises(FinetuneError) as error:
        check_params(path)
    assert str(error.value).startswith(f"{path}: not YAML (")


@pytest.mark.parametrize("command", ["make", "plan"])
def test_a_baseline_that_was_never_made_is_refused_before_anything_is_sent(project: Project, command: str) -> None:
    project.replace("params.yaml", "generation: 1 ", "generation: 3 ")
    project.replace("params.yaml", "baseline: 0 ", "baseline: 2 ")
    told = project.python("-m", "finetune", command, code=2)
    assert "params.yaml: baseline: generation 2 is not made here: no " in told
    assert "name one that is (0), or bring it: `git merge gen-2`" in told
    assert not list(project.path("jobs").glob("*.json"))


def at_most(size: int) -> Callable[[], None]:
    """As on a disk that fills: no file may grow over this size."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_disk_that_fills_leaves_nothing_half_written(project: Project) -> None:
    courses, corrections = SKILL / "courses", SKILL / "corrections"
    outs = {name: str(TRAINING / f"{name}.jsonl") for name in ("training", "validation")}
    arguments = ["--courses", str(courses), "--corrections", str(corrections), "--prompt", str(SKILL / "prompt.md")]
    arguments += ["--training", outs["training"], "--validation", outs["validation"], "--metrics", "metrics.json"]
    arguments += ["--training-preferences", "a.jsonl", "--validation-preferences", "b.jsonl", "--provenance", "c.jsonl"]
    arguments += ["--left-out", "d.jsonl"]
    project.path(outs["training"]).write_text("what was there before")
    told = project.run("python", "-m", "scripts.prepare", *arguments, code=1, before=at_most(20_000))
    assert "the disk is full" in told
    assert project.read(outs["training"]) == "what was there before"
    assert sorted(path.name for path in project.path(TRAINING).iterdir()) == [".gitignore", "training.jsonl"]
