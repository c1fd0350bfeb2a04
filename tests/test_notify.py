"""Who is told that a job has ended: a real server on this machine, a real command, and what fails on the way."""

import json
import shlex
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from finetune import notifying
from finetune.notifying import notify
from finetune.records.notify import Notice, Notify
from tests.conftest import TESTING, Project

NOTICE = Notice("fine-tuning job j-1 made m-1", "j-1", "succeeded", "m-1")
HIDDEN = "a-secret-path"


class Hook(ThreadingHTTPServer):
    """A webhook that keeps what it gets, and answers with `code`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[dict[str, object]] = []
        self.code = 200
        self.wait = threading.Event()
        self.wait.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{HIDDEN}"


class Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        self.server.wait.wait(5)
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.code)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the test reads what was got."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.wait.set()
        server.shutdown()
        thread.join()


def test_a_webhook_gets_what_became_of_the_job(hook: Hook) -> None:
    assert list(notify(Notify(webhook=hook.address), NOTICE)) == []
    told = {"text": NOTICE.text, "job_id": "j-1", "status": "succeeded", "model_id": "m-1", "reason": ""}
    assert hook.got == [told]


def test_the_address_can_stand_in_the_environment(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAM_HOOK", hook.address)
    assert list(notify(Notify(webhook="$TEAM_HOOK"), NOTICE)) == []
    assert len(hook.got) == 1
    monkeypatch.delenv("TEAM_HOOK")
    assert list(notify(Notify(webhook="$TEAM_HOOK"), NOTICE)) == [
        "record.notify.webhook: $TEAM_HOOK is not set; nobody was told"
    ]


@pytest.mark.parametrize("code", [302, 404, 500])
def test_a_webhook_that_refuses_is_told_without_its_address(hook: Hook, code: int) -> None:
    hook.code = code
    (problem,) = notify(Notify(webhook=hook.address), NOTICE)
    assert f"it answered {code}" in problem
    assert HIDDEN not in problem


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/a-secret-path", "ftp://a-secret-path", "a-secret-path", "$"])
def test_a_webhook_that_is_not_there_is_told_without_its_address(address: str) -> None:
    (problem,) = notify(Notify(webhook=address), NOTICE)
    assert "nobody was told" in problem
    assert HIDDEN not in problem


def test_a_webhook_that_does_not_answer_is_given_up(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifying, "SECONDS", 0.3)
    hook.wait.clear()
    (problem,) = notify(Notify(webhook=hook.address), NOTICE)
    assert "it cannot be reached" in problem


def test_a_command_has_what_became_of_the_job_in_its_environment(tmp_path: Path) -> None:
    write = (
        "import os, sys; open(sys.argv[1], 'w').write(os.environ['FINETUNE_TEXT'] + os.environ['FINETUNE_MODEL_ID'])"
    )
    command = shlex.join([sys.executable, "-c", write, str(tmp_path / "told")])
    assert list(notify(Notify(command=command), NOTICE)) == []
    assert (tmp_path / "told").read_text("utf-8") == NOTICE.text + "m-1"


@pytest.mark.parametrize(
    ("command", "told"),
    [("false", "it ended with 1"), ("no-such-program", "it cannot be run"), ("'", "it cannot be run (No closing")],
)
def test_a_command_that_fails_is_told(command: str, told: str) -> None:
    (problem,) = notify(Notify(command=command), NOTICE)
    assert told in problem


def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifying, "SECONDS", 0.2)
    (problem,) = notify(Notify(command="sleep 30"), NOTICE)
    assert "took more than 0.2 seconds and was ended" in problem


def test_the_stage_tells_when_the_job_has_ended_and_a_failing_notification_fails_nothing(
    made: Project, hook: Hook
) -> None:
    made.replace("params.yaml", "webhook: null", f"webhook: {hook.address}")
    made.replace("params.yaml", "command: null", "command: 'false'")
    told = made.run("dvc", "repro", "--force", "--single-item", "record")
    assert "note: record.notify.command: it ended with 1" in told
    (got,) = hook.got
    model_id = made.read(TESTING / "generation-1-model-id.txt").strip()
    assert (got["status"], got["model_id"]) == ("succeeded", model_id)


def test_a_job_that_failed_is_told_too(made: Project, hook: Hook) -> None:
    job = json.loads(made.read(TESTING / "generation-1-job.json"))
    state = made.path(f".finetune/local/{job['job_id']}/state.json")
    state.write_text(json.dumps({"status": "failed", "reason": "no memory"}), encoding="utf-8")
    made.replace("params.yaml", "webhook: null", f"webhook: {hook.address}")
    assert "failed: no memory" in made.run("dvc", "repro", "--force", "--single-item", "record", code=255)
    (got,) = hook.got
    assert got["status"] == "failed" and "no memory" in str(got["reason"])
