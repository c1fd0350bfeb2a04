"""What jobs and calls did cost: lines that are only ever added, and their totals."""

import json
import multiprocessing
import os
import resource
import signal
import time
from pathlib import Path

import msgspec
import pytest

from finetune.files.jsonl import dump
from finetune.ledger import Ledger
from finetune.records.price import NONE, Range
from finetune.records.spending import Spending
from finetune.spending import FILE, call_seconds, spend, spent
from tests.conftest import SEEDS, Project
from tests.test_predict import STORE, kept, kept_or_none, restless
from tests.test_record import start

SPEND = f"jobs/{FILE}"
LINE = Spending(
    "job-1", "2026-10-05T09:00:00+00:00", "job", "p", "m", Range(80, 120), NONE, "estimated", Range(1, 2), 1, "a" * 64
)
CALLS = Spending(
    "calls-1",
    "2026-10-06T09:00:00+00:00",
    "calls",
    "p",
    "m:1",
    Range(7, 9),
    Range(3, 4),
    "estimated",
    None,
    1,
    "",
    5,
    10,
)


def lines(project: Project) -> list[Spending]:
    return spent(project.path("jobs"))


def test_lines_are_added_and_read_in_their_order(tmp_path: Path) -> None:
    assert spent(tmp_path / "jobs") == []
    spend(tmp_path / "jobs", LINE)
    spend(tmp_path / "jobs", CALLS)
    assert spent(tmp_path / "jobs") == [LINE, CALLS]
    assert len((tmp_path / "jobs" / FILE).read_text().splitlines()) == 2


def test_a_line_that_stands_there_twice_counts_once(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("".join(map(dump, (LINE, CALLS, LINE, CALLS))))
    assert spent(tmp_path) == [LINE, CALLS]


def test_a_line_that_is_there_is_not_added_again(tmp_path: Path) -> None:
    for line in (LINE, CALLS, LINE, msgspec.structs.replace(CALLS, id="calls-12")):
        spend(tmp_path, line)
    assert len((tmp_path / FILE).read_text().splitlines()) == 3


def test_a_last_line_without_its_end_is_not_run_together_with_the_next(tmp_path: Path) -> None:
    spend(tmp_path, LINE)
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes().rstrip())
    spend(tmp_path, CALLS)
    assert spent(tmp_path) == [LINE, CALLS]


def spend_many(folder: Path, who: int) -> None:
    for number in range(50):
        spend(folder, msgspec.structs.replace(CALLS, id=f"calls-{who}-{number}", model="m" * 3000))


def test_processes_that_write_at_once_lose_and_mix_no_line(tmp_path: Path) -> None:
    processes = [multiprocessing.Process(target=spend_many, args=(tmp_path, who)) for who in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert len(spent(tmp_path)) == 4 * 50


def spend_on_a_full_disk(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
    with pytest.raises(OSError) as failed:
        spend(folder, CALLS)
    assert failed.value.filename == str(folder / FILE)


def test_a_disk_that_fills_leaves_no_half_line(tmp_path: Path) -> None:
    spend(tmp_path, LINE)
    before = (tmp_path / FILE).read_bytes()
    process = multiprocessing.Process(target=spend_on_a_full_disk, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ("<<<<<<< HEAD", "not a line of JSON"),
        ('{"id": "job-2"}', "missing required field"),
        (json.dumps(msgspec.to_builtins(LINE) | {"usd": 3}), "Expected `object | null`, got `int` - at `$.usd`"),
        (json.dumps(msgspec.to_builtins(LINE) | {"cents": 3}), "unknown field `cents`"),
    ],
)
def test_a_broken_line_is_named_by_its_place(project: Project, broken: str, what: str) -> None:
    spend(project.path("jobs"), LINE)
    with project.path(SPEND).open("a") as file:
        file.write(f"{broken}\n")
    told = project.python("-m", "finetune", "spend", code=2)
    assert f"{SPEND}:2: " in told
    assert what in told


def test_two_branches_that_both_spent_merge_into_all_that_was_spent(project: Project) -> None:
    jobs = project.path("jobs")
    spend(jobs, LINE)
    project.commit("first")
    project.run("git", "switch", "--quiet", "--create", "colleague")
    spend(jobs, CALLS)
    spend(jobs, msgspec.structs.replace(LINE, id="job-2"))
    project.commit("colleague")
    project.run("git", "switch", "--quiet", "-")
    spend(jobs, msgspec.structs.replace(LINE, id="job-3"))
    spend(jobs, CALLS)
    project.commit("mine")
    project.run("git", "merge", "--quiet", "--no-edit", "colleague")
    assert sorted(line.id for line in spent(jobs)) == ["calls-1", "job-1", "job-2", "job-3"]


def test_the_ledger_of_jobs_does_not_take_the_spending_for_one(tmp_path: Path) -> None:
    spend(tmp_path, LINE)
    assert Ledger(tmp_path).entries() == []


def test_a_run_writes_down_its_job_and_the_calls_of_both_sides(generation_one: Project) -> None:
    job, *calls = lines(generation_one)
    (entry,) = Ledger(generation_one.path("jobs")).entries()
    assert (job.kind, job.key, job.generation, job.usd) == ("job", entry.spec.key, 1, NONE)
    assert job.input_tokens.low > 0 and job.output_tokens == NONE
    assert [(line.kind, line.generation, line.model) for line in calls] == [
        ("calls", 0, "local-extractor"),
        ("calls", 1, generation_one.read("skills/lego-extraction-skill/testing/generation-1-model-id.txt").strip()),
    ]
    assert all(line.calls == 2 * SEEDS and line.seconds > 0 and line.output_tokens.low > 0 for line in calls)
    assert SPEND in generation_one.run("git", "ls-files"), "it is kept in Git"


def test_what_is_answered_from_before_costs_nothing_again(made: Project) -> None:
    before = lines(made)
    made.run("dvc", "repro", "--force", "--single-item", "predict")
    made.run("dvc", "repro", "--force", "--single-item", "submit")
    assert lines(made) == before


@pytest.mark.slow
def test_who_rebuilds_a_generation_for_nothing_adds_no_line_and_who_pays_again_does(made: Project) -> None:
    before = lines(made)
    made.path(STORE).unlink()
    made.run("dvc", "repro", "--force", "--single-item", "predict")
    assert lines(made) == before
    made.path(STORE).unlink()
    made.replace("params.yaml", "      output: 0", "      output: 8")
    made.run("dvc", "repro", "--force", "--single-item", "predict")
    again = lines(made)[len(before) :]
    assert [line.calls for line in again] == [2 * SEEDS] * 2
    assert all(line.usd and line.usd.low > 0 for line in again)


def test_calls_that_were_made_before_ctrl_c_are_written_down(made: Project) -> None:
    made.path(STORE).unlink()
    before = len(lines(made))
    running = start(made, "dvc", "repro", "--force", "--single-item", "predict")
    deadline = time.monotonic() + 60
    while not (made.path(STORE).exists() and kept_or_none(made) > 5):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)
    assert "Traceback" not in running.communicate()[0]
    asked = sum(line.calls for line in lines(made)[before:])
    assert kept(made) <= asked <= kept(made) + 1, "and the one that was cut off may be charged"


@pytest.mark.slow
def test_a_call_without_an_answer_may_be_charged_and_is_counted(made: Project) -> None:
    before = len(lines(made))
    restless(made, every=50)
    made.run("dvc", "repro", "--single-item", "predict")
    calls = lines(made)[before:]
    assert sum(line.calls for line in calls) == len(made.read("calls.txt").splitlines())
    assert {line.provider for line in calls} == {"restless"}
    assert all(line.input_tokens.margin > lines(made)[1].input_tokens.margin for line in calls)


def test_spend_shows_totals_by_generation_provider_and_kind(made: Project) -> None:
    jobs = made.path("jobs")
    spend(jobs, LINE)
    spend(jobs, LINE)
    spend(jobs, CALLS)
    found = json.loads(made.python("-m", "finetune", "spend", "--json"))
    assert [(row["generation"], row["provider"], row["kind"]) for row in found["totals"]] == [
        (0, "local", "calls"),
        (1, "local", "calls"),
        (1, "local", "job"),
        (1, "p", "calls"),
        (1, "p", "job"),
    ]
    assert found["usd"] == {"low": 1, "high": 2}
    assert found["unknown"] == 1 and found["jobs_without_a_line"] == []
    told = made.python("-m", "finetune", "spend")
    assert "1.00 to 2.00 USD, and 1 line of unknown price" in told
    assert "5 calls" in told and "1 job " in told


def test_spend_names_jobs_of_which_it_does_not_know_the_price(made: Project) -> None:
    (entry,) = Ledger(made.path("jobs")).entries()
    made.path(SPEND).unlink()
    told = made.python("-m", "finetune", "spend")
    assert f"nothing was spent yet: no line in {SPEND}" in told
    assert f"{entry.job_id}: in the ledger, but what it cost was not written down" in told


def test_a_run_that_was_cut_off_before_it_wrote_its_job_down_is_made_up_for(made: Project) -> None:
    before = made.read(SPEND)
    job, *rest = before.splitlines(keepends=True)
    assert '"kind":"job"' in job
    made.path(SPEND).write_text("".join(rest), encoding="utf-8")
    made.run("dvc", "repro", "--force", "--single-item", "submit")
    written = [json.loads(line) for line in made.read(SPEND).splitlines()]
    assert {**written[-1], "at": ""} == {**json.loads(job), "at": ""}


def test_a_calls_time_is_the_average_of_those_that_were_timed() -> None:
    assert call_seconds([LINE], "p") is None
    assert call_seconds([LINE, CALLS, msgspec.structs.replace(CALLS, calls=15, seconds=30)], "p") == 2
    assert call_seconds([CALLS], "other") is None
