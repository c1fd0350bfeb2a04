"""The emulator, through the official SDK: datasets, jobs that are really trained, messages, batches, models."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import pytest

from tests.emulated import DATASETS, JOBS, KEY, Emulator, examples, training
from tests.imports import ROOT


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    running = Emulator(tmp_path_factory.mktemp("emulator") / "store")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def tuned(emulator: Emulator) -> Any:
    """A job that succeeded."""
    dataset = emulator.upload(training(), b"".join(examples("validation")[:4]))
    job = emulator.job(dataset, metadata={"key": "f" * 64}, description="the first")
    assert job["status"] == "queued"
    return emulator.wait(job["id"])


def ask(emulator: Emulator, model: str, line: bytes, **more: Any) -> anthropic.types.Message:
    example = json.loads(line)
    answer: anthropic.types.Message = emulator.client.messages.create(
        model=model, max_tokens=4000, system=example["system"], messages=example["messages"][:1], **more
    )
    return answer


def pairs(answer: str) -> set[tuple[str, str]]:
    return {(lego["known_chunk"], lego["target_chunk"]) for lego in json.loads(answer)["lego_pairs"]}


def text(message: anthropic.types.Message) -> str:
    (block,) = message.content
    assert block.type == "text"
    return block.text


def refused(status: int, kind: str) -> Any:
    """What an error of the API looks like to the SDK."""
    return pytest.raises(
        anthropic.APIStatusError, check=lambda error: (error.status_code, error.type) == (status, kind)
    )


def test_a_job_goes_through_its_stages_and_ends_with_a_model(emulator: Emulator, tuned: Any) -> None:
    assert tuned["status"] == "succeeded", tuned
    base, suffix, end = tuned["fine_tuned_model"].split(":")
    assert (base, suffix, len(end)) == ("claude-haiku-4-5", "lego", 6)
    assert tuned["error"] is None and tuned["finished_at"] > tuned["created_at"]
    assert (tuned["metadata"], tuned["description"]) == ({"key": "f" * 64}, "the first")
    events = emulator.events(tuned["id"])
    stages = list(dict.fromkeys(event["stage"] for event in events))
    assert stages == ["queued", "validating", "training", "evaluation", "deployment"]
    progress = [event["progress"] for event in events]
    assert progress == sorted(progress) and (progress[0], progress[-1]) == (0, 100)
    losses = [event["metrics"]["validation_loss"] for event in events if event["metrics"]]
    assert len(losses) == 2 and all(loss > 0 for loss in losses)


def test_the_tuned_model_answers_unseen_seeds_better_than_its_base(emulator: Emulator, tuned: Any) -> None:
    right = dict.fromkeys(("claude-haiku-4-5", tuned["fine_tuned_model"]), 0)
    for line in examples("validation"):
        wanted = pairs(json.loads(line)["messages"][1]["content"])
        for model in right:
            right[model] += len(wanted & pairs(text(ask(emulator, model, line))))
    base, after = right.values()
    assert after > base


def test_jobs_are_listed_newest_first_and_page_by_page(emulator: Emulator, tuned: Any) -> None:
    dataset = emulator.upload(b"{}\n")
    made = [emulator.job(dataset)["id"] for _ in range(3)]
    first = emulator.get(f"{JOBS}?limit=2")
    assert [job["id"] for job in first["data"]] == made[:0:-1]
    assert (first["has_more"], first["first_id"], first["last_id"]) == (True, made[2], made[1])
    rest = emulator.get(f"{JOBS}?limit=50&after_id={made[1]}")
    assert rest["data"][0]["id"] == made[0]
    assert rest["data"][-1]["id"] == tuned["id"] and rest["has_more"] is False
    with refused(400, "invalid_request_error"):
        emulator.get(f"{JOBS}?limit=0")


@pytest.mark.parametrize(
    ("right", "more", "code", "told"),
    [
        (2, b"", "insufficient_data", "training_data: 2 examples; at least 10"),
        (10, b'{"messages": 1}\n', "invalid_training_data", "training_data:11: no list of messages"),
        (10, b"{\n", "invalid_training_data", "training_data:11: not a line of JSON"),
        (0, b'{"messages": [{"role": "user", "content": "x"}]}\n', "invalid_training_data", "training_data:1: not one"),
    ],
)
def test_a_wrong_file_is_taken_and_its_job_fails_with_the_line(
    emulator: Emulator, right: int, more: bytes, code: str, told: str
) -> None:
    job = emulator.wait(emulator.job(emulator.upload(training(right) + more))["id"])
    assert (job["status"], job["error"]["code"], job["fine_tuned_model"]) == ("failed", code, None)
    assert told in job["error"]["message"]
    assert str(emulator.folder) not in job["error"]["message"]


def test_a_dataset_needs_a_multipart_body_with_a_name_and_a_file(emulator: Emulator) -> None:
    with pytest.raises(anthropic.BadRequestError, match="multipart/form-data, not as application/json"):
        emulator.post(DATASETS, {"name": "x", "training_data": "y"})
    with pytest.raises(anthropic.BadRequestError, match="training_data: a file"):
        emulator.client.post(
            DATASETS,
            cast_to=object,
            body={"name": "x"},
            files=[("validation_data", ("v", b"{}", "application/jsonl"))],
            options={"headers": {"Content-Type": "multipart/form-data"}},
        )


def test_the_same_bytes_twice_are_two_datasets_and_the_same_job_twice_two_bills(emulator: Emulator) -> None:
    before = emulator.counts()
    datasets = {emulator.upload(training(1)) for _ in range(2)}
    jobs = {emulator.job(dataset, metadata={"key": "twice"})["id"] for dataset in datasets}
    after = emulator.counts()
    assert len(datasets) == len(jobs) == after["jobs_by_key"]["twice"] == 2
    assert (after["datasets"] - before["datasets"], after["jobs"] - before["jobs"]) == (2, 2)
    assert after["billed_usd"] > before["billed_usd"]


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"training_dataset_id": "ftds_../../etc"}, 404, "not_found_error"),
        ({"base_model": "gpt-5"}, 404, "not_found_error"),
        ({"base_model": "claude-3-opus"}, 400, "invalid_request_error"),
        ({"suffix": "Ünfit"}, 400, "invalid_request_error"),
        ({"suffix": "a" * 41}, 400, "invalid_request_error"),
        ({"metadata": {"key": 1}}, 400, "invalid_request_error"),
        ({"hyperparameters": {"epochs": 0}}, 400, "invalid_request_error"),
        ({"hyperparameters": {"speed": 2}}, 400, "invalid_request_error"),
        ({"seed": 2}, 400, "invalid_request_error"),
    ],
)
def test_a_job_that_cannot_be_is_refused_and_not_billed(
    emulator: Emulator, change: dict[str, object], status: int, kind: str
) -> None:
    dataset, before = emulator.upload(training(1)), emulator.counts()
    with refused(status, kind):
        emulator.job(dataset, **change)
    after = emulator.counts()
    assert (after["jobs"], after["billed_usd"]) == (before["jobs"], before["billed_usd"])


def test_a_cancelled_job_stays_cancelled_and_one_that_ended_cannot_be_cancelled(emulator: Emulator, tuned: Any) -> None:
    job = emulator.job(emulator.upload(training()))["id"]
    emulator.wait(job, "training")
    assert emulator.post(f"{JOBS}/{job}/cancel", {})["status"] == "cancelled"
    for ended in (job, tuned["id"]):
        with pytest.raises(anthropic.BadRequestError, match="has ended"):
            emulator.post(f"{JOBS}/{ended}/cancel", {})
    assert emulator.get(f"{JOBS}/{job}")["status"] == "cancelled"


def test_a_message_has_usage_that_grows_with_it_and_reads_what_is_cached(emulator: Emulator) -> None:
    line = examples("training")[0]
    example = json.loads(line)
    system: Any = [{"type": "text", "text": example["system"] * 3, "cache_control": {"type": "ephemeral"}}]
    messages = example["messages"][:1]
    usages = [
        emulator.client.messages.create(
            model="claude-haiku-4-5", max_tokens=4000, system=system, messages=messages
        ).usage
        for _ in range(2)
    ]
    whole = emulator.client.messages.count_tokens(model="claude-haiku-4-5", system=system, messages=messages)
    written, read = (usage.cache_creation_input_tokens for usage in usages)
    assert written and not read and usages[1].cache_read_input_tokens == written
    assert all(usage.input_tokens + written == whole.input_tokens for usage in usages)
    assert ask(emulator, "claude-haiku-4-5", line).usage.cache_creation_input_tokens == 0


def test_a_short_limit_cuts_an_answer_and_the_api_takes_no_temperature(emulator: Emulator) -> None:
    user: Any = json.loads(examples("training")[0])["messages"][:1]
    message = emulator.client.messages.create(model="claude-haiku-4-5", max_tokens=5, messages=user)
    assert message.stop_reason == "max_tokens" and len(text(message)) < 40
    for name in ("temperature", "top_p", "top_k"):
        with pytest.raises(anthropic.BadRequestError, match=name):
            emulator.client.messages.create(model="claude-haiku-4-5", max_tokens=5, messages=user, extra_body={name: 1})
    for model in ("claude-3-opus", "claude-haiku-4-5:lego:000000"):
        with refused(404, "not_found_error"):
            emulator.client.messages.create(model=model, max_tokens=5, messages=user)


def test_output_that_is_asked_for_as_json_and_a_question_that_is_no_prompt_are_answered(emulator: Emulator) -> None:
    schema = {"format": {"type": "json_schema", "schema": {"type": "object"}}}
    assert pairs(text(ask(emulator, "claude-haiku-4-5", examples("training")[0], extra_body={"output_config": schema})))
    said = emulator.client.messages.create(
        model="claude-haiku-4-5", max_tokens=200, messages=[{"role": "user", "content": "Hello?"}]
    )
    assert "cannot do this" in text(said)


def test_a_batch_costs_half_and_tells_each_requests_own_error(emulator: Emulator) -> None:
    user: Any = json.loads(examples("training")[0])["messages"][:1]
    before = emulator.counts()["billed_usd"]
    emulator.client.messages.create(model="claude-haiku-4-5", max_tokens=4000, messages=user)
    single = emulator.counts()["billed_usd"] - before
    models = {"one": "claude-haiku-4-5", "two": "claude-haiku-4-5", "none": "claude-1"}
    batch = emulator.client.messages.batches.create(
        requests=[
            {"custom_id": name, "params": {"model": model, "max_tokens": 4000, "messages": user}}
            for name, model in models.items()
        ]
    )
    assert batch.processing_status == "in_progress" and batch.request_counts.processing == 3
    while (batch := emulator.client.messages.batches.retrieve(batch.id)).processing_status != "ended":
        time.sleep(0.05)
    assert (batch.request_counts.succeeded, batch.request_counts.errored) == (2, 1)
    results = {one.custom_id: one.result for one in emulator.client.messages.batches.results(batch.id)}
    assert [results[name].type for name in models] == ["succeeded", "succeeded", "errored"]
    assert emulator.counts()["billed_usd"] - before == pytest.approx(2 * single)
    assert batch.id in [one.id for one in emulator.client.messages.batches.list()]


@pytest.mark.parametrize("names", [["a:b"], ["same", "same"], ["x" * 65], []])
def test_a_batch_with_ids_that_the_api_refuses_is_refused(emulator: Emulator, names: list[str]) -> None:
    params: Any = {"model": "claude-haiku-4-5", "max_tokens": 5, "messages": [{"role": "user", "content": "x"}]}
    before = emulator.counts()["batches"]
    with refused(400, "invalid_request_error"):
        emulator.client.messages.batches.create(requests=[{"custom_id": name, "params": params} for name in names])
    assert emulator.counts()["batches"] == before


def test_models_tell_when_they_end(emulator: Emulator, tuned: Any) -> None:
    models = {model.id: model for model in emulator.client.models.list()}
    assert {name: models[name].lifecycle for name in ("claude-haiku-4-5", "claude-sonnet-4-5", "claude-3-opus")} == {
        "claude-haiku-4-5": "active",
        "claude-sonnet-4-5": "deprecated",
        "claude-3-opus": "retired",
    }
    retires = emulator.client.models.retrieve("claude-sonnet-4-5").retires_at
    assert retires and retires.date().isoformat() == "2026-11-30"
    assert emulator.client.models.retrieve(tuned["fine_tuned_model"]).id == tuned["fine_tuned_model"]
    with refused(404, "not_found_error"):
        emulator.client.models.retrieve("claude-1")


def test_without_a_key_nothing_is_answered_and_a_key_is_never_written_down(emulator: Emulator, tuned: Any) -> None:
    with socket.create_connection(("127.0.0.1", emulator.port)) as connection:
        connection.sendall(b"GET /v1/fine-tuning/jobs HTTP/1.1\r\nHost: x\r\nx-api-key:  \r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"401" in answer.splitlines()[0] and b'"authentication_error"' in answer
    written = [path for path in emulator.folder.rglob("*") if path.is_file()] + [emulator.log]
    assert len(written) > 10
    assert not [path for path in written if KEY.encode() in path.read_bytes()]


def test_it_listens_on_127_0_0_1_alone(emulator: Emulator) -> None:
    for other in ("127.0.0.2", "::1"):  # a server on all addresses answers there too
        with pytest.raises(OSError, match=r"refused|unavailable|unreachable|assign"):
            socket.create_connection((other, emulator.port), timeout=2)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_goes_on_with_every_job_and_forgets_nothing(tmp_path: Path, how: signal.Signals) -> None:
    emulator = Emulator(tmp_path / "store", "--seconds-per-stage", "0.3")
    job = emulator.job(emulator.upload(training()))["id"]
    emulator.wait(job, "training")
    user: Any = json.loads(examples("training")[0])["messages"][:1]
    asked: Any = {"custom_id": "a", "params": {"model": "claude-haiku-4-5", "max_tokens": 4000, "messages": user}}
    batch = emulator.client.messages.batches.create(requests=[asked])
    bill = emulator.counts()["billed_usd"]
    assert emulator.stop(how) == (0 if how is signal.SIGTERM else -signal.SIGKILL)
    emulator.start()
    done = emulator.wait(job)
    assert done["status"] == "succeeded"
    assert emulator.client.messages.batches.retrieve(batch.id).request_counts.succeeded == 1
    counts = emulator.counts()
    assert (counts["jobs"], counts["datasets"], counts["batches"]) == (1, 1, 1)
    assert bill < counts["billed_usd"] < bill + 0.01
    assert ask(emulator, done["fine_tuned_model"], examples("training")[0]).stop_reason == "end_turn"
    assert emulator.stop(signal.SIGINT) == 0


def test_a_job_can_be_seen_in_every_stage(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path / "store", "--seconds-per-stage", "0.3")
    job, seen, start = emulator.job(emulator.upload(training()))["id"], ["queued"], time.monotonic()
    while seen[-1] != "succeeded":
        status = emulator.get(f"{JOBS}/{job}")["status"]
        seen += [status] if status != seen[-1] else []
        assert status not in ("failed", "cancelled") and time.monotonic() - start < 60
        time.sleep(0.05)
    assert seen == ["queued", "validating", "training", "evaluation", "deployment", "succeeded"]
    assert time.monotonic() - start > 5 * 0.3
    assert emulator.counts()["requests"][f"GET {JOBS}/{{id}}"] > 5
    assert emulator.stop() == 0


def test_when_it_stops_its_workers_stop_too(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path / "store", "--seconds-per-stage", "0.1")
    emulator.wait(emulator.job(emulator.upload(training()))["id"], "training")
    (lock,) = wait_for_lock(tmp_path)
    assert emulator.stop() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(lock.read_text()), 0)


def wait_for_lock(folder: Path) -> list[Path]:
    deadline = time.monotonic() + 20
    while not (found := [path for path in folder.glob("store/local/*/lock") if path.read_text()]):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def run(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "finetune", "emulator", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)
    return done.returncode, done.stderr


def test_a_second_emulator_on_the_same_folder_or_port_is_refused(emulator: Emulator, tmp_path: Path) -> None:
    code, told = run("--store", str(emulator.folder))
    assert code == 2 and "another emulator uses this folder" in told
    code, told = run("--store", str(tmp_path), "--port", str(emulator.port))
    assert code == 2 and "--port" in told and "0 chooses a free one" in told


def test_without_the_extra_the_command_names_it(tmp_path: Path) -> None:
    hide = "import sys; sys.modules['uvicorn'] = None\nfrom finetune.__main__ import main, run\nrun(main, ['emulator'])"
    done = subprocess.run([sys.executable, "-c", hide], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "uvicorn" in done.stderr and "finetune[emulator]" in done.stderr and "Traceback" not in done.stderr
