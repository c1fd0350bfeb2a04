"""The account: what is checked before anything is sent, how the SDK's ways are met, how a job is followed, and who wins
where two clones start one job at the same moment."""

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from finetune.dataset.key import sha256
from finetune.errors import FinetuneError, NoAnswerError, RefusedError, UnsureError
from finetune.explaining import own_findings
from finetune.ledger import Ledger
from finetune.providers import connect
from finetune.providers.anthropic import Anthropic, client, lists
from finetune.providers.anthropic.jobs import Account
from finetune.providers.anthropic.records import FineTuning, Trouble
from finetune.providers.anthropic.states import explained, state_of
from finetune.records.dataset import Message
from finetune.records.job import DataFile, Job, JobSpec, JobState
from finetune.submission import submit_once
from finetune.waiting import wait
from tests.emulated import DATASETS, ENDED, JOBS, KEY, Emulator, training
from tests.imports import ROOT
from tests.scripted import Asked, reply, scripted

QUICK = {"patience_seconds": 5, "settle_seconds": 1, "poll_seconds": 0.1}
KEYS = (f"{number:064x}" for number in itertools.count(1))
STAGES = ["queued", "validating", "training", "evaluation", "deployment"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    emulator = Emulator(tmp_path_factory.mktemp("emulator") / "store")
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(running: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """Without faults; no job goes on when a test is over."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", running.url)
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.05)
    running.faults()
    yield running
    running.faults()
    for job in running.get(f"{JOBS}?limit=1000")["data"]:
        if job["status"] not in ENDED:
            running.post(f"{JOBS}/{job['id']}/cancel", {})


def provider(**connection: object) -> Anthropic:
    found = connect("anthropic", Path("store"), Path("models"), QUICK | connection)
    assert isinstance(found, Anthropic)
    return found


def spec_of(examples: int = 12, base_model: str = "claude-haiku-4-5") -> JobSpec:
    """Of a job that nobody asked for yet, and its files."""
    files = []
    for name, data in (("training", training(examples)), ("validation", training(3))):
        Path(f"{name}.jsonl").write_bytes(data)
        files.append(DataFile(f"{name}.jsonl", sha256(data), data.count(b"\n")))
    return JobSpec(next(KEYS), "anthropic", base_model, "lego", {"epochs": 2}, 1, files[0], files[1])


def fault(name: str, method: str, path: str, request: int | None = None, **more: object) -> dict[str, object]:
    when: dict[str, object] = {"every": True} if request is None else {"request": request}
    return {"method": method, "path": path, "fault": name} | when | more


def submitted(spec: JobSpec, of: Anthropic, folder: str = "jobs") -> tuple[Job, str]:
    return submit_once(spec, Ledger(Path(folder)), of, lambda: "2026-11-20T10:00:00+00:00", lambda: None)


def jobs_of(emulator: Emulator, spec: JobSpec) -> list[Any]:
    found = emulator.get(f"{JOBS}?limit=1000")["data"]
    return [job for job in found if job["metadata"].get("finetune_key") == spec.key]


# Before anything is sent


def test_a_model_that_is_active_needs_no_words(emulator: Emulator) -> None:
    assert provider().check(spec_of()) == []


def test_a_deprecated_model_is_a_warning_with_its_last_day(emulator: Emulator) -> None:
    (told,) = provider().check(spec_of(base_model="claude-sonnet-4-5"))
    assert told == "claude-sonnet-4-5 is deprecated: it and what is tuned from it end on 2026-11-30"


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("claude-3-opus", "claude-3-opus is retired since 2026-01-05; choose a newer model"),
        ("claude-nobody", "the API has no model claude-nobody"),
    ],
)
def test_a_retired_and_an_unknown_model_stop_everything(emulator: Emulator, model: str, words: str) -> None:
    before = emulator.counts()
    with pytest.raises(FinetuneError, match=words) as told:
        submitted(spec_of(base_model=model), provider())
    assert told.value.exit_code == 2 and "submit.providers.anthropic.base_model" in told.value.where
    after = emulator.counts()
    assert {name: after[name] for name in ("datasets", "jobs")} == {name: before[name] for name in ("datasets", "jobs")}
    assert not list(Path("jobs").glob("*.json")), "nothing was intended"


@pytest.mark.parametrize("code", [403, 404])
def test_an_account_without_access_is_told_so_with_the_other_ways(emulator: Emulator, code: int) -> None:
    emulator.faults(fault("status", "GET", JOBS, code=code))
    with pytest.raises(FinetuneError) as told:
        provider().check(spec_of())
    for words in (
        f"no access to fine-tuning (GET {JOBS} answered {code})",
        "contact",
        "PROVIDER=manual",
        "PROVIDER=local",
    ):
        assert words in str(told.value)


@pytest.mark.parametrize("code", [403, 404])
def test_an_account_that_lists_no_jobs_is_told_when_it_uploads(emulator: Emulator, code: int) -> None:
    emulator.faults(fault("status", "GET", JOBS, code=code), fault("status", "POST", DATASETS, code=code))
    with pytest.raises(
        RefusedError, match=f"no access to fine-tuning .POST {DATASETS} answered {code}.*PROVIDER=manual"
    ):
        submitted(spec_of(), provider(look_up=False))
    assert not list(Path("jobs").glob("*.json"))


def test_no_key_is_told_with_where_to_write_it_and_nothing_is_sent(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "a-token-that-we-do-not-know-of")
    before = emulator.counts()["requests"]
    with pytest.raises(FinetuneError, match=r"^ANTHROPIC_API_KEY: not set; .*\.env.*PROVIDER=local") as told:
        provider().check(spec_of())
    assert told.value.exit_code == 2
    assert sum(emulator.counts()["requests"].values()) - sum(before.values()) <= 2, "those of the counting itself"


# The SDK's ways


def test_the_sdk_is_not_imported_before_the_first_request(emulator: Emulator) -> None:
    code = """
import sys
from pathlib import Path
import scripts.submit, scripts.record, scripts.predict
from finetune.providers import connect
found = connect("anthropic", Path("store"), Path("models"), {})
heavy = {"anthropic", "httpx2", "pydantic", "dotenv"}
print(sorted(heavy & set(sys.modules)))
found.ends("claude-haiku-4-5")
print(sorted(heavy & set(sys.modules)))
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    before, after = done.stdout.splitlines()
    assert before == "[]" and "anthropic" in after


@pytest.mark.parametrize("name", ["reset-after", "truncated", "html", "no-id", "not-json", "wrong-body"])
def test_a_request_for_a_job_whose_answer_is_lost_or_wrong_makes_one_job_and_it_is_found(
    emulator: Emulator, name: str
) -> None:
    spec = spec_of()
    emulator.faults(fault(name, "POST", JOBS, 1))
    job, how = submitted(spec, provider())
    assert how == "submitted"
    assert [one["id"] for one in jobs_of(emulator, spec)] == [job.job_id]
    assert submitted(spec, provider()) == (job, "known")


def test_a_status_of_500_after_the_job_was_made_is_not_sent_again(emulator: Emulator) -> None:
    spec = spec_of()
    emulator.faults(fault("status", "POST", JOBS, 1, code=500, processed=True))
    job, _ = submitted(spec, provider())
    assert [one["id"] for one in jobs_of(emulator, spec)] == [job.job_id]


def test_a_job_that_was_never_made_leaves_no_intent(emulator: Emulator) -> None:
    spec = spec_of()
    emulator.faults(fault("reset-before", "POST", JOBS, 1))
    with pytest.raises(FinetuneError, match="the job is not there; run `make finetune` again"):
        submitted(spec, provider())
    assert jobs_of(emulator, spec) == [] and not list(Path("jobs").glob("*.json"))
    assert submitted(spec, provider())[1] == "submitted"


def test_the_files_are_uploaded_as_files_and_once(emulator: Emulator) -> None:
    spec, before = spec_of(), emulator.counts()["datasets"]
    for attempt in (1, 2):
        emulator.faults(fault("status", "POST", JOBS, 1, code=429)) if attempt == 1 else emulator.faults()
        try:
            submitted(spec, provider())
        except RefusedError as error:
            assert attempt == 1 and "the quota is used up" in str(error)
    assert emulator.counts()["datasets"] == before + 1
    dataset = jobs_of(emulator, spec)[0]["training_dataset_id"]
    for name in ("training", "validation"):
        uploaded = emulator.folder / "datasets" / f"{dataset}.{name}_data.jsonl"
        assert uploaded.read_bytes() == Path(f"{name}.jsonl").read_bytes()


def test_what_is_remembered_of_an_upload_may_be_spoilt(emulator: Emulator) -> None:
    spec, found = spec_of(), provider()
    path = found.account.uploaded(spec.training, spec.validation)
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"id": ')
    with pytest.raises(FinetuneError, match="delete it: the files are uploaded again"):
        submitted(spec, found)
    path.unlink()
    assert submitted(spec, found)[1] == "submitted"


def test_an_upload_whose_answer_is_lost_starts_nothing_and_says_to_go_on(emulator: Emulator) -> None:
    spec = spec_of()
    emulator.faults(fault("reset-after", "POST", DATASETS, 1))
    with pytest.raises(RefusedError, match="run `make finetune` again"):
        submitted(spec, provider())
    assert jobs_of(emulator, spec) == []
    assert submitted(spec, provider())[1] == "submitted"


def test_an_upload_that_is_refused_for_its_rate_waits_as_long_as_it_is_told_to(emulator: Emulator) -> None:
    emulator.faults(fault("status", "POST", DATASETS, 1, code=429, retry_after=2))
    began = time.monotonic()
    assert submitted(spec_of(), provider())[1] == "submitted"
    assert time.monotonic() - began >= 2


def test_answers_wait_for_their_rate_and_are_not_asked_again_when_lost(emulator: Emulator) -> None:
    told: list[str] = []
    found = provider(patience_seconds=10)
    found.tell = told.append
    asked = [Message("user", "what?")]
    emulator.faults(fault("status", "POST", "/v1/messages", 1, code=429, retry_after=3))
    began = time.monotonic()
    found.complete("claude-haiku-4-5", asked)
    assert time.monotonic() - began >= 3
    assert [text for text in told if text.startswith("waiting 3 s, then asking again: POST /v1/messages: too many")]
    before = emulator.counts()["requests"]["POST /v1/messages"]
    emulator.faults(fault("reset-after", "POST", "/v1/messages"))
    with pytest.raises(NoAnswerError):
        found.complete("claude-haiku-4-5", asked)
    assert emulator.counts()["requests"]["POST /v1/messages"] == before + 1


# A job, followed


def follow(job: Job, of: Anthropic) -> tuple[JobState, list[str], list[str]]:
    """Its end, the stages that were shown, and what was told."""
    stages: list[str] = []
    notes: list[str] = []

    def show(state: JobState) -> None:
        stages.extend(event.stage for event in state.events if event.stage not in stages)

    return wait(job, of, show, lambda: None, notes.append), stages, notes


def test_a_job_is_followed_through_its_stages_and_through_whatever_the_network_does(emulator: Emulator) -> None:
    found = provider(patience_seconds=30)
    job, _ = submitted(spec_of(), found)
    path = f"{JOBS}/{job.job_id}"
    emulator.faults(
        *[fault("status", "GET", path, number, code=500) for number in (1, 2)],
        fault("html", "GET", path, 3),
        fault("status", "GET", path, 4, code=429, retry_after=1),
        *[fault(name, "GET", path, number) for number, name in enumerate(("reset-before", "truncated", "no-id"), 5)],
        fault("html", "GET", f"{path}/events", 1),
    )
    state, stages, _ = follow(job, found)
    assert (state.status, stages) == ("succeeded", STAGES)
    assert state.model_id and state.model_id.startswith("claude-haiku-4-5:lego:")
    assert sum(event.epoch is not None for event in state.events) == 2
    assert [event.percent for event in state.events] == sorted(event.percent for event in state.events)


def test_a_while_of_errors_longer_than_a_request_is_tried_again_is_told_and_waited_through(emulator: Emulator) -> None:
    found = provider(patience_seconds=30)
    job, _ = submitted(spec_of(), found)
    found.client.connection = provider(patience_seconds=0).connection  # no request is tried again by itself
    emulator.faults(*[fault("status", "GET", f"{JOBS}/{job.job_id}", number, code=500) for number in (1, 2, 3)])
    state, _, notes = follow(job, found)
    assert state.status == "succeeded"
    assert notes and all("the job goes on, and is asked for again" in note and "500" in note for note in notes)


def test_a_key_that_is_taken_away_ends_the_waiting_at_once(emulator: Emulator) -> None:
    found = provider()
    job, _ = submitted(spec_of(), found)
    emulator.faults(fault("status", "GET", f"{JOBS}/{job.job_id}", code=401))
    with pytest.raises(RefusedError, match="the key is not taken"):
        follow(job, found)


def test_a_cancelled_and_a_failed_job_are_ends(emulator: Emulator) -> None:
    emulator.faults(fault("stuck-in-queue", "POST", JOBS, 1), fault("fails-at-90", "POST", JOBS, 2))
    found = provider()
    stuck, _ = submitted(spec_of(), found)
    failing, _ = submitted(spec_of(), found)
    assert found.get(stuck).status == "queued"
    assert found.cancel(stuck).status == "cancelled"
    assert found.cancel(stuck).status == "cancelled", "it has ended: that is no error"
    state, _, _ = follow(failing, found)
    assert state.status == "failed" and state.reason.startswith(
        "training_failed: the training job stopped unexpectedly"
    )


@pytest.mark.parametrize("status", ["paused_for_review", "SUCCEEDED", "succeeded ", "completed", "running"])
def test_a_status_that_is_unknown_is_shown_and_waited_on(
    status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    looks = iter([status, status, "succeeded"])

    def answer(asked: Asked) -> bytes:
        if "/models/" in asked.target:
            return reply({}, 404)
        if "/events" in asked.target:
            return reply({"data": [{"id": "e1", "stage": "training", "progress": 40}]})
        return reply({"id": "ftjob_1", "status": next(looks), "fine_tuned_model": "a:b:c"})

    with scripted(answer) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        state, stages, _ = follow(Job("ftjob_1", spec_of()), provider())
    assert (state.status, state.model_id) == ("succeeded", "a:b:c")
    assert stages == ["training", status.strip()]


def test_an_unknown_status_says_that_it_is_waited_on() -> None:
    state = state_of(FineTuning("ftjob_1", "paused_for_review"), [], SPEC)
    assert state.status == "running"
    assert state.events[-1].message == "a status that we do not know: it is waited on"


# Failures, in a user's words

SPEC = JobSpec(
    "b" * 64, "anthropic", "m", "s", {}, 1, DataFile("a/training.jsonl", "", 1), DataFile("a/validation.jsonl", "", 1)
)


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        (
            "invalid_training_data",
            "training_data:12: no answer",
            "invalid_training_data: a/training.jsonl:12: no answer (",
        ),
        ("invalid_validation_data", "in validation_data.jsonl:3: x", "in a/validation.jsonl:3: x ("),
        ("insufficient_data", "training_data: 3 examples; at least 10", "validate.fewest_training is what"),
        ("rate_limit_error", "slow", "the quota is used up: wait"),
        ("billing_error", "no credit", "add credit or a payment method"),
        ("training_failed", "it broke", "it may work when tried again"),
        ("a_new_code", "words", "a_new_code: words"),
        (None, "words", "words"),
        ("code", None, "code"),
    ],
)
def test_why_a_job_failed_is_told_with_our_files_and_the_way_on(
    code: str | None, message: str | None, told: str
) -> None:
    said = explained(Trouble(code, message), SPEC)
    assert (
        told in said
        and not said.startswith(": ")
        and "training_data:" not in said.replace("invalid_training_data: a", "a")
    )


def test_a_reason_that_nobody_gives_is_empty() -> None:
    assert [explained(None, SPEC), explained(Trouble(), SPEC), explained(Trouble("", ""), SPEC)] == [""] * 3


def test_a_line_that_is_refused_is_told_in_our_file_with_what_our_own_check_finds_there(emulator: Emulator) -> None:
    """The twelfth has no answer: the emulator refuses it, and says so by its own name for the file."""
    files = []
    for name, lines in (("training", training(12).splitlines()), ("validation", training(3).splitlines())):
        if name == "training":
            example = json.loads(lines[11])
            lines[11] = json.dumps(example | {"messages": example["messages"][:1]}).encode()
        data = b"".join(line + b"\n" for line in lines)
        Path(f"{name}.jsonl").write_bytes(data)
        files.append(DataFile(f"{name}.jsonl", sha256(data), len(lines)))
    spec = JobSpec(next(KEYS), "anthropic", "claude-haiku-4-5", "lego", {"epochs": 2}, 1, files[0], files[1])
    found = provider()
    job, _ = submitted(spec, found)
    state, _, _ = follow(job, found)
    assert state.status == "failed" and state.reason.startswith("invalid_training_data: training.jsonl:12")
    told = list(own_findings(state.reason, spec, "anthropic"))
    assert [line for line in told if line.startswith("training.jsonl:12") and "role-order" in line], told
    assert "`python -m finetune explain training.jsonl:12` tells where the line comes from" in told
    Path("training.jsonl").write_bytes(training(12))
    assert list(own_findings(state.reason, spec, "anthropic")) == [], "the files are not those of the job any more"


# Looking up


def test_a_job_is_found_on_any_page(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    spec, found = spec_of(), provider()
    emulator.faults(*[fault("stuck-in-queue", "POST", JOBS, number) for number in (1, 2, 3, 4)])
    first, _ = submitted(spec, found)
    for _ in range(3):
        submitted(spec_of(), found)
    monkeypatch.setattr(lists, "PAGE", 1)
    before = emulator.counts()["requests"][f"GET {JOBS}"]
    assert provider().find(spec.key) == first.job_id
    assert emulator.counts()["requests"][f"GET {JOBS}"] - before >= 4, "it was on the fourth page"
    assert provider().find("f" * 64) is None


def test_events_of_many_pages_are_read_to_their_end(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    found = provider()
    job, _ = submitted(spec_of(), found)
    state, _, _ = follow(job, found)
    monkeypatch.setattr(lists, "PAGE", 2)
    assert provider().get(job).events == state.events


@pytest.mark.parametrize("look", ["find", "submit"])
def test_a_look_that_fails_on_its_second_page_is_not_taken_for_none(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    spec, found = spec_of(), provider()
    submitted(spec, found)
    submitted(spec_of(), found)
    jobs = emulator.counts()["jobs"]
    monkeypatch.setattr(lists, "PAGE", 1)
    emulator.faults(*[fault("html", "GET", JOBS, number) for number in range(3 if look == "submit" else 2, 40)])
    with pytest.raises(UnsureError, match="not an answer of the API"):
        provider(patience_seconds=0).find(spec.key) if look == "find" else submitted(
            spec, provider(patience_seconds=0), "other"
        )
    assert emulator.counts()["jobs"] == jobs


# Two clones at one moment


class Together(Account):
    """Both clones look before either starts; and, `after` too, start before either looks again."""

    barrier: threading.Barrier
    looks: int

    def of_key(self, key: str) -> list[FineTuning]:
        number = self.__dict__["number"] = self.__dict__.get("number", 0) + 1
        found = super().of_key(key) if number == 1 else []
        if number <= self.looks:
            self.barrier.wait(timeout=20)
        return found if number == 1 else super().of_key(key)

    def stop(self, job_id: str) -> None:
        if self.looks == 2:  # both cancel the same one: the second is told that it has ended
            self.barrier.wait(timeout=20)
        super().stop(job_id)


@pytest.mark.parametrize("looks", [1, 2], ids=["both look first", "both look first and cancel at one moment"])
def test_of_two_clones_that_start_one_job_at_one_moment_both_record_the_same(emulator: Emulator, looks: int) -> None:
    spec, barrier = spec_of(), threading.Barrier(2)
    emulator.faults(*[fault("stuck-in-queue", "POST", JOBS, number) for number in (1, 2)])
    recorded: dict[str, str] = {}
    told: list[str] = []

    def clone(name: str) -> None:
        found = connect("anthropic", Path(name), Path("models"), QUICK, told.append)
        assert isinstance(found, Anthropic)
        found.account = Together(found.client, Path(name))
        found.account.barrier, found.account.looks = barrier, looks
        recorded[name] = submitted(spec, found, f"jobs-{name}")[0].job_id

    threads = [threading.Thread(target=clone, args=[name]) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    jobs = jobs_of(emulator, spec)
    alive = [job["id"] for job in jobs if job["status"] != "cancelled"]
    assert len(jobs) == 2, "they did race"
    assert len(alive) == 1 and [Ledger(Path(f"jobs-{name}")).read(spec.key).job_id for name in recorded] == alive * 2  # type: ignore[union-attr]
    assert recorded == {"one": alive[0], "two": alive[0]} and told == []
    assert provider().find(spec.key) == alive[0]


def test_a_second_job_that_cannot_be_cancelled_is_told_and_the_first_is_recorded(emulator: Emulator) -> None:
    spec, found = spec_of(), provider(patience_seconds=0)
    emulator.faults(*[fault("stuck-in-queue", "POST", JOBS, number) for number in (1, 2)])
    first, _ = submitted(spec, found)
    dataset = json.loads(found.account.uploaded(spec.training, spec.validation).read_bytes())["id"]
    second = found.account.create(spec, dataset)
    emulator.faults(fault("status", "POST", f"{JOBS}/.*/cancel", code=403))
    told: list[str] = []
    found.tell = told.append
    assert found.find(spec.key) == first.job_id
    assert len(told) == 1 and told[0].startswith(f"{second.id} is one job too many; cancel it in the console")
    emulator.faults()
    assert found.find(spec.key) == first.job_id
    assert {job["id"]: job["status"] for job in jobs_of(emulator, spec)} == {
        first.job_id: "queued",
        second.id: "cancelled",
    }
