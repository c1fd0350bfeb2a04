"""The stage record: waits for the job, whatever happens meanwhile, and writes down its model."""

import csv
import json
import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.conftest import SKILL, TESTING, TRAINING, Project

MODEL_ID = TESTING / "generation-1-model-id.txt"
CURVE = TESTING / "generation-1-curve.csv"
EVENTS = TESTING / "generation-1-events.jsonl"


def test_the_model_id_stands_alone_on_one_line_in_git(generation_one: Project) -> None:
    assert re.fullmatch(r"local-extractor:ssi-lego-v1:[0-9a-f]{8}\n", generation_one.read(MODEL_ID))
    assert str(MODEL_ID) in generation_one.run("git", "ls-files")


def test_the_training_curve_is_a_plot_of_falling_losses(generation_one: Project) -> None:
    rows = list(csv.DictReader(generation_one.read(CURVE).splitlines()))
    assert [int(row["epoch"]) for row in rows] == list(range(1, len(rows) + 1))
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert all(row["validation_loss"] for row in rows)


def test_the_events_tell_the_job_from_start_to_end(generation_one: Project) -> None:
    events = [json.loads(line) for line in generation_one.read(EVENTS).splitlines()]
    assert events[0]["stage"] == "validating"
    assert events[-1]["stage"] == "deployment"
    percents = [event["percent"] for event in events]
    assert percents == sorted(percents) and percents[-1] == 100


def test_the_model_is_a_tracked_output_that_dvc_brings_back(made: Project) -> None:
    before = sorted(path.name for path in made.path("models/generation-1").iterdir())
    made.run("rm", "-r", "models/generation-1")
    made.run("dvc", "checkout", "models/generation-1")
    assert sorted(path.name for path in made.path("models/generation-1").iterdir()) == before
    assert made.read(MODEL_ID).strip().replace(":", "_") + ".json" in before


def test_progress_is_told_on_the_way(generation_one: Project) -> None:
    told: str = generation_one.made  # type: ignore[attr-defined]
    assert re.search(r"local-[0-9a-f]{16}: training \d+% \(epoch \d+, loss \d\.\d{4}, validation loss \d", told)


def start(project: Project, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=project.root,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def wait_for_a_look(running: subprocess.Popen[str]) -> str:
    """The job that a `record` below has just looked at: now it waits, and no part of it is still starting."""
    assert running.stdout
    return next(line for line in running.stdout if line.startswith("local-")).split(":")[0]


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size):
        assert time.monotonic() < deadline, f"{path} did not come"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "by", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)], ids=["Ctrl-C", "kill -9"]
)
def test_interrupted_it_takes_up_the_same_job_again(small: Project, by: signal.Signals) -> None:
    small.stage("submit")
    (folder,) = small.path(".finetune/local").iterdir()
    running = start(small, "dvc", "repro", "record")
    wait_for_a_look(running)
    os.killpg(running.pid, by)
    told = running.communicate()[0]
    assert "Traceback" not in told
    assert not small.path(MODEL_ID).exists()
    small.path(".dvc/tmp/rwlock").unlink(missing_ok=True)
    again = small.stage("record")
    assert folder.name in again
    assert small.path(MODEL_ID).exists()
    assert len(list(small.path(".finetune/local").iterdir())) == len(list(small.path("jobs").glob("*.json"))) == 1


@pytest.mark.parametrize(
    ("by", "shell"),
    [(signal.SIGTERM, "/bin/sh"), pytest.param(signal.SIGKILL, "/bin/bash", marks=pytest.mark.slow)],
)
def test_it_ends_when_dvc_dies_and_the_next_run_takes_over(small: Project, by: signal.Signals, shell: str) -> None:
    small.stage("submit")
    (folder,) = small.path(".finetune/local").iterdir()
    wait_for(folder / "lock")
    worker = int((folder / "lock").read_text())
    os.kill(worker, signal.SIGSTOP)  # the job takes as long as we want
    small.environment["SHELL"] = shell
    dvc = start(small, "dvc", "repro", "record")
    waiting = recording(dvc.pid)
    wait_for_a_look(dvc)
    dvc.send_signal(by)
    _, alive = psutil.wait_procs([waiting], timeout=10)
    os.kill(worker, signal.SIGCONT)
    assert not alive, "it waits for a job that nobody waits for any more"
    assert not small.path(MODEL_ID).exists()
    dvc.communicate()
    small.path(".dvc/tmp/rwlock").unlink(missing_ok=True)
    small.stage("record")
    assert small.path(MODEL_ID).exists()


def recording(dvc: int) -> psutil.Process:
    """The process that waits for the job, somewhere below dvc."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for one in psutil.Process(dvc).children(recursive=True):
            with suppress(psutil.Error):
                if "scripts.record" in one.cmdline():
                    return one
        time.sleep(0.05)
    raise AssertionError("dvc started no record")


@pytest.mark.slow
def test_a_worker_that_was_killed_is_started_again(small: Project) -> None:
    small.stage("submit")
    (folder,) = small.path(".finetune/local").iterdir()
    wait_for(folder / "events.jsonl")
    os.kill(int((folder / "lock").read_text()), signal.SIGKILL)
    small.stage("record")
    assert small.path(MODEL_ID).exists()


def test_a_failed_job_exits_1_with_the_reason_and_the_way_on(project: Project) -> None:
    project.stage("prepare")
    foreign = {"system": "s", "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yes"}]}
    path = project.path(TRAINING / "training.jsonl")
    path.unlink()
    path.write_text((json.dumps(foreign) + "\n") * 40, encoding="utf-8")
    sides = ("training", "validation", "provenance")
    files = [word for name in sides for word in (f"--{name}", str(TRAINING / f"{name}.jsonl"))]
    job = ["--job", str(TESTING / "generation-1-job.json"), "--store", ".finetune"]
    data = [word for name in ("courses", "corrections") for word in (f"--{name}", str(SKILL / name))]
    asked = ["--prompt", str(SKILL / "prompt.md"), "--baseline-model-id", str(TESTING / "generation-0-model-id.txt")]
    names = [*files, *job, *data, *asked, "--generation", "1", "--jobs", "jobs", "--models", "models"]
    project.python("-m", "scripts.submit", *names)
    outs = [
        "--model",
        "models/generation-1",
        "--model-id",
        str(MODEL_ID),
        "--curve",
        str(CURVE),
        "--events",
        str(EVENTS),
    ]
    told = project.python("-m", "scripts.record", *job, "--jobs", "jobs", *outs, code=1)
    assert "failed: " in told and "training example 1" in told
    assert "set submit.attempt to 2 in params.yaml and run `make finetune`" in told
    assert not project.path(MODEL_ID).exists()


def test_a_missing_or_damaged_job_file_is_named(project: Project) -> None:
    options = ["--jobs", "jobs", "--store", "s", "--model", "m/1", "--model-id", "i", "--curve", "c", "--events", "e"]
    told = project.python("-m", "scripts.record", "--job", "none.json", *options, code=2)
    assert "none.json: no such file; run `dvc repro submit` first" in told
    project.path("bad.json").write_text("{}")
    assert "bad.json: not a job" in project.python("-m", "scripts.record", "--job", "bad.json", *options, code=2)
