"""What goes wrong in the emulator when it is told to, and what it counted, whatever the client believes."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import pytest

from finetune.emulator.faults import names
from tests.emulated import DATASETS, JOBS, KEY, Emulator, Object, training
from tests.imports import ROOT

POST_JOB = {"method": "POST", "path": JOBS, "request": 1}
FATES = ("late-validation-failure", "fails-at-90", "no-model-id", "stuck-in-queue")


class Counted(Emulator):
    """An emulator and a dataset; it tells how many jobs were made since the last look."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.dataset, self.seen = self.upload(training(1)), 0

    def told(self, fault: str, **values: object) -> None:
        """From now on, the next job is made with this fault."""
        self.faults(POST_JOB | {"fault": fault} | values)
        self.seen = self.counts()["jobs"]

    def made(self) -> int:
        return int(self.counts()["jobs"]) - self.seen

    def raw(self, body: bytes | None = None, headers: str = "") -> bytes:
        """All that a socket gets for a new job; ConnectionResetError where the connection is reset."""
        if body is None:
            body = json.dumps(
                {"training_dataset_id": self.dataset, "base_model": "claude-haiku-4-5", "suffix": "x"}
            ).encode()
        head = headers or f"Content-Length: {len(body)}\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(f"POST {JOBS} HTTP/1.1\r\nHost: x\r\nx-api-key: {KEY}\r\n{head}\r\n".encode() + body)
            return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counted]:
    running = Counted(tmp_path_factory.mktemp("emulator") / "store")
    yield running
    assert running.stop() == 0


@pytest.mark.parametrize(("code", "retry_after"), [(429, 7), (529, None), (503, 0), (409, None), (408, None)])
def test_a_status_makes_no_job_and_has_retry_after_only_if_asked(
    emulator: Counted, code: int, retry_after: int | None
) -> None:
    emulator.told("status", code=code, **({} if retry_after is None else {"retry_after": retry_after}))
    with pytest.raises(anthropic.APIStatusError) as caught:
        emulator.job(emulator.dataset)
    headers = caught.value.response.headers
    assert caught.value.status_code == code
    assert headers.get("retry-after") == (None if retry_after is None else str(retry_after))
    assert ("anthropic-ratelimit-requests-remaining" in headers) is (code == 429)
    assert caught.value.request_id == json.loads(caught.value.response.text)["request_id"]
    assert emulator.made() == 0
    emulator.job(emulator.dataset)
    assert emulator.made() == 1


def test_a_status_can_come_after_the_job_was_made(emulator: Counted) -> None:
    emulator.told("status", code=500, processed=True)
    with pytest.raises(anthropic.InternalServerError):
        emulator.job(emulator.dataset)
    assert emulator.made() == 1


@pytest.mark.parametrize("code", [400, 403])
def test_a_billing_limit_makes_no_job(emulator: Counted, code: int) -> None:
    emulator.told("billing-limit", code=code)
    with pytest.raises(anthropic.APIStatusError, match="credit balance is too low") as caught:
        emulator.job(emulator.dataset)
    assert (caught.value.status_code, caught.value.type) == (code, "billing_error")
    assert emulator.made() == 0


def test_a_delayed_answer_comes_after_the_job_was_made(emulator: Counted) -> None:
    emulator.told("delay", seconds=2)
    with pytest.raises(anthropic.APITimeoutError):
        emulator.client.with_options(timeout=1).post(JOBS, cast_to=object, body=asked(emulator))
    assert emulator.made() == 1


def test_a_delayed_request_makes_its_job_when_the_client_has_gone(emulator: Counted) -> None:
    emulator.told("delay-before", seconds=1.5)
    with pytest.raises(anthropic.APITimeoutError):
        emulator.client.with_options(timeout=0.3).post(JOBS, cast_to=object, body=asked(emulator))
    assert emulator.made() == 0
    deadline = time.monotonic() + 10
    while not emulator.made():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(("fault", "jobs"), [("reset-before", 0), ("reset-after", 1)])
def test_a_reset_is_one_and_the_job_is_made_or_not(emulator: Counted, fault: str, jobs: int) -> None:
    emulator.told(fault)
    with pytest.raises(ConnectionResetError):
        emulator.raw()
    assert emulator.made() == jobs
    emulator.told(fault)
    with pytest.raises(anthropic.APIConnectionError):
        emulator.job(emulator.dataset)
    assert emulator.made() == jobs


def test_a_client_that_repeats_by_itself_pays_twice(emulator: Counted) -> None:
    emulator.told("reset-after")
    bill = emulator.counts()["billed_usd"]
    careless = emulator.client.with_options(max_retries=2)
    careless.post(JOBS, cast_to=object, body=asked(emulator) | {"metadata": {"finetune_key": "careless"}})
    counts = emulator.counts()
    assert (emulator.made(), counts["jobs_by_key"]["careless"]) == (2, 2)
    emulator.post(JOBS, asked(emulator))
    single = emulator.counts()["billed_usd"] - counts["billed_usd"]
    assert single > 0 and counts["billed_usd"] - bill == pytest.approx(2 * single, abs=2e-6)


def test_a_truncated_answer_has_half_of_what_it_declares(emulator: Counted) -> None:
    emulator.told("truncated")
    head, _, body = emulator.raw().partition(b"\r\n\r\n")
    (declared,) = [int(line.split()[1]) for line in head.lower().splitlines() if line.startswith(b"content-length")]
    assert len(body) == declared // 2 and body.startswith(b'{"type":"fine_tuning_job"')
    assert emulator.made() == 1
    emulator.told("truncated")
    with pytest.raises(anthropic.APIConnectionError):
        emulator.job(emulator.dataset)
    assert emulator.made() == 1


@pytest.mark.parametrize("fault", ["wrong-body", "html", "no-id"])
def test_a_spoilt_answer_hides_a_job_that_was_made(emulator: Counted, fault: str) -> None:
    emulator.told(fault)
    answer: Any = emulator.client.post(JOBS, cast_to=Object, body=asked(emulator))
    if fault == "html":
        assert isinstance(answer, str) and answer.startswith("<!DOCTYPE html>")
    else:
        assert not isinstance(answer.id, str)
        assert (getattr(answer, "type", None) == "fine_tuning_job") is (fault == "no-id")
    assert emulator.made() == 1


def test_an_answer_that_is_no_json_hides_a_job_that_was_made(emulator: Counted) -> None:
    emulator.told("not-json")
    with pytest.raises(json.JSONDecodeError):
        emulator.job(emulator.dataset)
    assert emulator.made() == 1


@pytest.fixture(scope="module")
def fated(emulator: Counted) -> dict[str, Any]:
    """A job of each fate, on files that are right; those that end have ended."""
    dataset = emulator.upload(training())
    emulator.faults(*({**POST_JOB, "request": number, "fault": fate} for number, fate in enumerate(FATES, 1)))
    made = {fate: emulator.job(dataset)["id"] for fate in FATES}
    return {fate: emulator.wait(job, *(["queued"] if fate == "stuck-in-queue" else [])) for fate, job in made.items()}


def test_a_late_validation_failure_ends_the_job(emulator: Counted, fated: dict[str, Any]) -> None:
    job = fated["late-validation-failure"]
    assert (job["status"], job["error"]["code"]) == ("failed", "invalid_training_data")
    assert emulator.events(job["id"])[-1]["stage"] == "validating"


def test_a_job_that_fails_at_90_percent_was_trained_until_then(emulator: Counted, fated: dict[str, Any]) -> None:
    job = fated["fails-at-90"]
    assert (job["status"], job["error"]["code"], job["fine_tuned_model"]) == ("failed", "training_failed", None)
    events = emulator.events(job["id"])
    assert [event["stage"] for event in events if event["metrics"]] and events[-1]["progress"] == 90


def test_a_job_can_succeed_without_naming_its_model(emulator: Counted, fated: dict[str, Any]) -> None:
    job = fated["no-model-id"]
    assert (job["status"], job["fine_tuned_model"]) == ("succeeded", None)


def test_a_job_that_is_stuck_in_the_queue_stays_there_until_it_is_cancelled(
    emulator: Counted, fated: dict[str, Any]
) -> None:
    job = fated["stuck-in-queue"]["id"]
    assert emulator.get(f"{JOBS}/{job}")["status"] == "queued"
    assert emulator.post(f"{JOBS}/{job}/cancel", {})["status"] == "cancelled"


def test_what_becomes_of_a_job_is_the_emulators_to_say(emulator: Counted) -> None:
    emulator.faults()
    body = json.dumps(asked(emulator)).encode()
    answer = emulator.raw(body, f"Content-Length: {len(body)}\r\nX-Emulator-Fate: stuck-in-queue\r\n")
    job = json.loads(answer.partition(b"\r\n\r\n")[2])["id"]
    assert emulator.wait(job)["error"]["code"] == "insufficient_data"


def test_faults_count_the_requests_that_they_match_and_the_first_that_is_due_strikes(emulator: Counted) -> None:
    jobs = {"method": "GET", "path": f"{JOBS}(/.*)?"}
    emulator.faults(
        jobs | {"request": 2, "fault": "status", "code": 503},
        jobs | {"request": 2, "fault": "status", "code": 504},
        jobs | {"request": 3, "fault": "status", "code": 529},
        {"method": "GET", "path": "/v1/models", "every": True, "fault": "status", "code": 500},
    )
    before = emulator.counts()["faults"].get("status", 0)
    found = [status(emulator, path) for path in (JOBS, f"{JOBS}/ftjob_1", JOBS, JOBS, "/v1/models", "/v1/models")]
    assert found == [200, 503, 529, 200, 500, 500]
    assert emulator.counts()["faults"]["status"] - before == 4


def status(emulator: Emulator, path: str) -> int:
    try:
        emulator.get(path)
    except anthropic.APIStatusError as error:
        return error.status_code
    return 200


def asked(emulator: Counted) -> dict[str, object]:
    return {"training_dataset_id": emulator.dataset, "base_model": "claude-haiku-4-5", "suffix": "x"}


def test_a_chunked_body_is_read_and_what_is_no_http_is_refused(emulator: Counted) -> None:
    emulator.faults()
    body = json.dumps(asked(emulator)).encode()
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (body[:9], body[9:], b""))
    assert b" 200 " in emulator.raw(chunks, "Transfer-Encoding: chunked\r\n").splitlines()[0]
    assert b" 400 " in emulator.raw(b"", "Content-Length: many\r\n").splitlines()[0]


def test_a_client_that_closes_its_own_half_is_answered(emulator: Counted) -> None:
    """asyncio lost about three such requests in a hundred to the garbage collector."""
    for _ in range(300):
        with socket.create_connection(("127.0.0.1", emulator.port), timeout=20) as connection:
            connection.sendall(b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(65536).startswith(b"HTTP/1.1 401")


def test_a_client_that_asks_first_is_told_to_continue(emulator: Counted) -> None:
    emulator.faults()
    body = json.dumps(asked(emulator)).encode()
    head = f"POST {JOBS} HTTP/1.1\r\nHost: x\r\nx-api-key: {KEY}\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=20) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            [POST_JOB | {"fault": "explosion"}],
            "fault 1: .*explosion.*; known faults: billing",
        ),
        ([POST_JOB | {"fault": "delay", "seconds": 1}, POST_JOB | {"fault": "status"}], "fault 2: .*`code`"),
        ([POST_JOB | {"fault": "status", "code": 200}], "fault 1: .*>= 400.*code"),
        ([POST_JOB | {"fault": "html", "second": 1}], "fault 1: .*unknown field `second`"),
        ([POST_JOB | {"fault": "html", "path": "/v1/("}], "fault 1: path: no regular expression"),
        ([POST_JOB | {"fault": "html", "every": True}], "fault 1: it needs either `request` or `every`"),
        ([{"method": "POST", "path": JOBS, "fault": "html"}], "fault 1: it needs either `request` or `every`"),
        ([POST_JOB | {"fault": "no-model-id", "method": "GET"}], "fault 1: no-model-id is decided when a job is made"),
        ({"fault": "html"}, "not a list of faults"),
    ],
)
def test_a_wrong_list_of_faults_is_refused_with_its_place(emulator: Counted, wrong: object, told: str) -> None:
    with pytest.raises(anthropic.BadRequestError, match=told):
        emulator.post("/emulator/faults", wrong)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("faults.json", '[\n{"method": "POST",}\n]', "faults.json:2: "),
        ("faults.json", '[{"method": "POST"}]', "faults.json: fault 1: "),
        ("faults.toml", "[[faults]]\nmethod = POST", "faults.toml: .*line 2"),
        ("faults.toml", '[[faults]]\nmethod = "POST"', "faults.toml: fault 1: "),
        ("faults.json", None, "no such file"),
    ],
)
def test_a_wrong_file_of_faults_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str | None, told: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "finetune", "emulator", "--faults", str(tmp_path / name)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 2 and not done.stdout
    assert re.search(told, done.stderr), done.stderr


def test_a_toml_file_of_faults_is_in_force_from_the_start(tmp_path: Path) -> None:
    fault = f'[[faults]]\nmethod = "POST"\npath = "{DATASETS}"\nrequest = 1\nfault = "status"\ncode = 529\n'
    (tmp_path / "faults.toml").write_text(fault, encoding="utf-8")
    emulator = Emulator(tmp_path / "store", "--faults", str(tmp_path / "faults.toml"))
    with pytest.raises(anthropic.APIStatusError, match="529"):
        emulator.upload(training(1))
    assert emulator.counts()["datasets"] == 0
    emulator.upload(training(1))
    assert emulator.counts()["datasets"] == 1
    assert emulator.stop() == 0


def test_the_readme_names_every_fault() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [name for name in names() if f"`{name}`" not in readme]
