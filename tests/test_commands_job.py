"""`finetune dataset create` and `finetune job …`: the pipeline's job, from the command line."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TESTING, TRAINING, Project, copy_project, shrink
from tests.emulated import DATASETS, JOBS, KEY, Emulator, training
from tests.test_credentials import quick

CREATE_DATASET, CREATE_JOB = ("dataset", "create"), ("job", "create")


@pytest.fixture
def emulator(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """One whose jobs stay where they are, unless a test says how long they take."""
    running = Emulator(tmp_path / "store", "--seconds-per-stage", getattr(request, "param", "3600"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project whose files are written, and nothing submitted; params.yaml still says local."""
    project = shrink(copy_project(tmp_path_factory.mktemp("prepared") / "project"))
    quick(project)
    project.stage("validate")
    return project


@pytest.fixture
def ready(prepared: Project, emulator: Emulator, tmp_path: Path) -> Project:
    """A copy of it, with an account at the emulator."""
    prepared.run("cp", "-r", str(prepared.root), str(tmp_path / "project"))
    project = Project(tmp_path / "project")
    project.environment |= {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": emulator.url}
    return project


def run(project: Project, *arguments: str, code: int = 0) -> str:
    told = project.python("-m", "finetune", *arguments, code=code)
    assert KEY not in told
    return told


def answer(project: Project, *arguments: str) -> Any:
    """What --json prints; notes go to standard error, which stands before it here."""
    return json.loads(run(project, *arguments, "--json").splitlines()[-1])


def ledger(project: Project) -> list[Path]:
    return list(project.path("jobs").glob("*.json"))


def sent(emulator: Emulator) -> tuple[int, int]:
    """Datasets and jobs that were asked for, whatever came of it."""
    requests = emulator.counts()["requests"]
    return requests.get("POST /v1/fine-tuning/datasets", 0), requests.get(f"POST {JOBS}", 0)


@pytest.mark.parametrize("emulator", ["0"], indirect=True)
def test_a_job_that_was_started_here_is_taken_up_by_make_with_nothing_sent_again(
    ready: Project, emulator: Emulator
) -> None:
    assert "uploaded just now" in run(ready, *CREATE_DATASET)
    told = run(ready, *CREATE_JOB)
    assert "submitted just now" in told and "`make finetune PROVIDER=anthropic` takes this job up" in told
    ready.replace("params.yaml", "provider: local", "provider: anthropic")
    ready.path(TESTING / "generation-0-model-id.txt").write_text("claude-sonnet-4-5\n", encoding="utf-8")
    assert "in the ledger already: nothing was sent" in ready.stage("record")
    assert sent(emulator) == (1, 1)
    (entry,) = map(json.loads, (path.read_text() for path in ledger(ready)))
    (job,) = answer(ready, "job", "list")["jobs"]
    recorded = json.loads(ready.read(TESTING / "generation-1-job.json"))
    assert recorded == {"job_id": job["id"], "spec": entry["spec"]}
    assert ready.read(TESTING / "generation-1-model-id.txt").strip() == job["fine_tuned_model"]
    assert entry["spec"]["training"]["path"] == str(TRAINING / "training.jsonl")
    lines = [json.loads(line) for line in ready.read("jobs/spend.jsonl").splitlines()]
    assert [line["generation"] for line in lines if line["kind"] == "job"] == [1], "one line, for the generation"


def test_a_second_create_sends_nothing_and_says_so(ready: Project, emulator: Emulator) -> None:
    first = answer(ready, *CREATE_DATASET)
    assert first["uploaded"] and first["training"]["path"] == str(TRAINING / "training.jsonl")
    told = run(ready, *CREATE_DATASET)
    assert told.startswith(f"{first['id']}: uploaded before, with the same bytes: nothing was sent")
    job = answer(ready, *CREATE_JOB, "--training-dataset-id", first["id"])
    assert job["how"] == "submitted" and job["differs"] == []
    again = answer(ready, *CREATE_JOB)
    assert again == job | {"how": "known"}, "with the dataset's id and without it is the same job"
    assert sent(emulator) == (1, 1)
    assert emulator.get(f"{JOBS}/{job['job_id']}")["metadata"] == {"finetune_key": job["spec"]["key"]}


def test_an_answer_that_is_lost_makes_one_job(ready: Project, emulator: Emulator) -> None:
    emulator.faults({"method": "POST", "path": JOBS, "request": 1, "fault": "reset-after"})
    job = answer(ready, *CREATE_JOB)
    assert [one["id"] for one in emulator.get(JOBS)["data"]] == [job["job_id"]]
    assert emulator.counts()["jobs_by_key"] == {job["spec"]["key"]: 1}
    assert answer(ready, *CREATE_JOB)["how"] == "known"
    assert sent(emulator) == (1, 1)


def test_two_that_are_started_at_once_start_one_job(ready: Project, emulator: Emulator) -> None:
    command = [sys.executable, "-m", "finetune", *CREATE_JOB]
    both = [subprocess.Popen(command, cwd=ready.root, env=ready.environment) for _ in range(2)]
    assert [one.wait(timeout=120) for one in both] == [0, 0]
    assert sent(emulator)[1] == emulator.counts()["jobs"] == len(ledger(ready)) == 1


def test_an_upload_whose_answer_is_lost_starts_nothing_and_says_what_to_do(ready: Project, emulator: Emulator) -> None:
    emulator.faults({"method": "POST", "path": DATASETS, "request": 1, "fault": "reset-after"})
    told = run(ready, *CREATE_DATASET, code=1)
    assert "run the same command again: a dataset that no job uses trains nothing" in told
    assert "uploaded just now" in run(ready, *CREATE_DATASET)
    assert sent(emulator) == (2, 0)


@pytest.mark.slow
def test_a_dry_run_says_what_would_be_sent_and_what_it_costs_and_starts_nothing(
    ready: Project, emulator: Emulator
) -> None:
    told = run(ready, *CREATE_JOB, "--dry-run", "--hyperparameters", "epochs=2", "--description", "spring")
    assert f"would be sent: POST {JOBS}" in told and '"description": "spring"' in told and '"epochs": 2.0' in told
    assert "both files would be uploaded" in told and "unknown: submit.prices.claude-sonnet-4-5.training" in told
    assert "hyperparameters {'epochs': 2.0}, and params.yaml has {}" in told
    assert sent(emulator) == (0, 0) and not ledger(ready) and not ready.path("jobs/spend.jsonl").exists()
    job = answer(ready, *CREATE_JOB)
    foreseen = answer(ready, *CREATE_JOB, "--dry-run")
    assert foreseen["in_ledger"] == job["job_id"] and foreseen["price"] is None
    ledger(ready)[0].unlink()
    foreseen = answer(ready, *CREATE_JOB, "--dry-run")
    assert foreseen["in_ledger"] is None and foreseen["at_provider"] == job["job_id"]
    assert not ledger(ready) and sent(emulator) == (1, 1)
    assert answer(ready, *CREATE_JOB)["how"] == "found", "and it is found, for real"


@pytest.mark.slow
def test_a_job_whose_price_is_not_known_or_too_high_is_not_started(ready: Project, emulator: Emulator) -> None:
    ready.replace("params.yaml", "max_cost_usd: null", "max_cost_usd: 50")
    told = run(ready, *CREATE_JOB, code=1)
    assert "submit.prices.claude-sonnet-4-5.training not known; nothing was sent" in told
    assert "it would stop before anything is sent: " in run(ready, *CREATE_JOB, "--dry-run")
    ready.replace("params.yaml", "      input: 3\n", "      input: 3\n      training: 100000\n")
    assert "more than 50; nothing was sent" in run(ready, *CREATE_JOB, code=1)
    assert sent(emulator) == (0, 0) and not ledger(ready)


@pytest.mark.slow
def test_other_options_make_another_job_that_make_does_not_take_up(ready: Project, emulator: Emulator) -> None:
    told = run(ready, *CREATE_JOB, "--suffix", "other", "--base-model", "claude-haiku-4-5")
    assert "will not take this job up, and would start another" in told
    assert "suffix other, and params.yaml has ssi-lego-v1" in told
    assert "base_model claude-haiku-4-5, and params.yaml has claude-sonnet-4-5" in told
    (line,) = map(json.loads, ready.read("jobs/spend.jsonl").splitlines())
    assert line["generation"] is None, "it is of no generation"
    assert answer(ready, *CREATE_JOB)["how"] == "submitted"
    assert len(ledger(ready)) == 2 and sent(emulator) == (1, 2), "of one dataset"


@pytest.mark.slow
def test_jobs_are_listed_shown_followed_and_cancelled(ready: Project, emulator: Emulator) -> None:
    emulator.faults({"method": "POST", "path": JOBS, "every": True, "fault": "stuck-in-queue"})
    ours = answer(ready, *CREATE_JOB)["job_id"]
    other = emulator.job(emulator.upload(training()), suffix="theirs")["id"]
    head, first, second = run(ready, "job", "list").splitlines()
    assert head.split() == ["id", "status", "base", "model", "suffix", "or", "model", "created", "ours"]
    assert first.startswith(f"{other}  queued  claude-haiku-4-5 ") and "theirs" in first and "ledger" not in first
    (key,) = (path.stem for path in ledger(ready))
    assert second.startswith(f"{ours}  queued  claude-sonnet-4-5") and f"in the ledger ({key[:16]})" in second
    assert [job["in_ledger"] for job in answer(ready, "job", "list")["jobs"]] == [False, True]
    assert "there are more: --limit N shows N of them" in run(ready, "job", "list", "--limit", "1")
    told = run(ready, "job", "get", other)
    assert f"{other}: queued" in told and "ours: no: nobody started it from here" in told
    assert answer(ready, "job", "get", ours)["in_ledger"]
    assert "0 %  queued: waits for its turn" in run(ready, "job", "events", other)
    for job in (ours, other):
        told = run(ready, "job", "cancel", job)
        assert f"asking {emulator.url} to cancel {job}, which is queued" in told and f"{job}: cancelled" in told
        assert f"{job}: cancelled, it has ended and stays as it is" in run(ready, "job", "cancel", job)
    assert "cancelled" in answer(ready, "job", "events", ours)[-1]["message"]
    assert f"{ours}: cancelled" in run(ready, "cancel", ours), "the command for jobs of any provider works as before"


def test_a_file_that_a_rule_finds_an_error_in_is_not_uploaded(ready: Project, emulator: Emulator) -> None:
    own = ready.path(TRAINING / "training.jsonl").read_bytes()
    ready.path("mine.jsonl").write_bytes(own + b'{"messages": 1}\n')
    told = run(ready, *CREATE_DATASET, "--training-data", "mine.jsonl", code=1)
    assert f"mine.jsonl:{len(own.splitlines()) + 1}:" in told and "nothing was sent; mend the lines" in told
    ready.path(TRAINING / "training.jsonl").write_bytes(own + b'{"messages": 1}\n')
    assert f"{TRAINING / 'training.jsonl'}:" in run(ready, *CREATE_JOB, code=1)
    assert sent(emulator) == (0, 0) and not ledger(ready)


def test_a_dataset_that_is_not_from_here_or_whose_file_has_changed_is_refused(
    ready: Project, emulator: Emulator
) -> None:
    other = emulator.upload(training())
    told = run(ready, *CREATE_JOB, "--training-dataset-id", other, code=2)
    assert f"{other}: it was not uploaded from here" in told and "finetune dataset create` uploads files" in told
    lines = ready.path(TRAINING / "training.jsonl").read_bytes().splitlines(keepends=True)
    ready.path("mine.jsonl").write_bytes(b"".join(lines[:-1]))
    mine = answer(ready, *CREATE_DATASET, "--training-data", "mine.jsonl", "--name", "spring")["id"]
    told = run(ready, *CREATE_JOB, "--training-dataset-id", mine, "--dry-run")
    assert "training data other than `prepare` makes now" in told
    ready.path("mine.jsonl").write_bytes(b"".join(lines[1:]))
    told = run(ready, *CREATE_JOB, "--training-dataset-id", mine, code=2)
    assert "mine.jsonl: it is not what was uploaded any more" in told
    assert sent(emulator) == (2, 0) and not ledger(ready)


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("job", "get", "../../models"), "../../models: not an id of a job"),
        (("job", "events", "a?b"), "a?b: not an id of a job"),
        (("job", "cancel", "ftjob_none"), "ftjob_none: the account has no such job; `finetune job list`"),
        (("job", "events", "ftjob_none"), "ftjob_none: the account has no such job"),
        (("job",), "the following arguments are required: create|get|list|cancel|events"),
        (("dataset",), "the following arguments are required: create"),
        (("job", "list", "--limit", "-1"), "is no number of 0 or more"),
        ((*CREATE_JOB, "--suffix", "No Such"), "--suffix: "),
        ((*CREATE_JOB, "--base-model", "../x y"), "--base-model: not the id of a model"),
        ((*CREATE_JOB, "--base-model", "gpt"), "--base-model: the API has no model gpt"),
        ((*CREATE_JOB, "--hyperparameters", "epochs"), "--hyperparameters: "),
        ((*CREATE_JOB, "--hyperparameters", "epochs=1", "epochs=2"), "a name stands twice"),
        ((*CREATE_JOB, "--hyperparameters", '{"epochs": "many"}'), "--hyperparameters: Expected `float`, got `str`"),
        ((*CREATE_JOB, "--training-dataset-id", "../x"), "--training-dataset-id: not an id: '../x'"),
        ((*CREATE_DATASET, "--training-data", "none.jsonl"), "none.jsonl: no such file"),
        ((*CREATE_DATASET, "--training-data", "jobs"), "jobs: "),
        ((*CREATE_DATASET, "--name", ""), "--name: 0 characters; write 1 to 256"),
    ],
)
def test_wrong_input_is_named_with_exit_code_2(
    shared: tuple[Project, Emulator], arguments: tuple[str, ...], wrong: str
) -> None:
    project, emulator = shared
    assert wrong in run(project, *arguments, code=2)
    assert sent(emulator) == (0, 0) and not ledger(project)


@pytest.fixture(scope="module")
def shared(prepared: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Emulator]]:
    """One that nothing is ever started in."""
    folder = tmp_path_factory.mktemp("shared")
    prepared.run("cp", "-r", str(prepared.root), str(folder / "project"))
    project, running = Project(folder / "project"), Emulator(folder / "store")
    project.path("jobs").mkdir(exist_ok=True)
    project.environment |= {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": running.url}
    yield project, running
    running.stop()


def test_without_a_key_every_command_says_so(prepared: Project) -> None:
    prepared.environment["ANTHROPIC_API_KEY"] = ""
    for arguments in (CREATE_DATASET, CREATE_JOB, ("job", "list"), ("job", "get", "ftjob_1")):
        assert "ANTHROPIC_API_KEY: not set" in run(prepared, *arguments, code=2)
