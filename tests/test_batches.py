"""Answers of a provider: courses side by side, or in batches that are sent once, whatever goes wrong in between."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from finetune.answers import Answers
from finetune.batching import Batching
from finetune.intents import Intents
from finetune.providers import Asked
from finetune.records.batch import Batch, BatchState
from finetune.records.spending import Spending
from finetune.records.usage import FREE, Reply
from finetune.reports.program import run
from finetune.spending import spent
from scripts import predict
from tests.conftest import SKILL
from tests.emulated import KEY, Emulator
from tests.imports import ROOT

SEEDS, COURSES, SAMPLES = 3, ("ita_for_eng", "spa_for_eng"), 2
CALLS = 2 * SAMPLES * SEEDS * len(COURSES)
MODELS = ("claude-sonnet-4-5", "claude-haiku-4-5")
HAIKU = "claude-haiku-4-5: {input: 1, output: 5, batch_input: 0.5, batch_output: 2.5}"
BATCHES, MESSAGES = "/v1/messages/batches", "/v1/messages"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    running = Emulator(tmp_path_factory.mktemp("emulator") / "store")
    yield running
    running.stop()


class Small:
    """Three seeds of two courses, to be answered by two base models of the emulator."""

    def __init__(self, root: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.emulator = root, emulator
        self.environment = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": emulator.url}
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(root)
        (root / SKILL / "corrections").mkdir(parents=True)
        (root / SKILL / "courses").mkdir()
        prompt = (ROOT / SKILL / "prompt.md").read_text("utf-8")
        (root / SKILL / "prompt.md").write_text(f"{prompt}\n{root}\n", "utf-8")  # no other test asks the same
        for name in COURSES:
            lines = (ROOT / SKILL / f"courses/{name}.jsonl").read_text("utf-8").splitlines(keepends=True)
            (root / SKILL / f"courses/{name}.jsonl").write_text("".join(lines[:SEEDS]), "utf-8")
        for side, model in enumerate(MODELS):
            (root / f"model-{side}.txt").write_text(model)
        (root / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
        self.set(("provider: local", "provider: anthropic"), ("poll_seconds: 60", "poll_seconds: 0.05"))
        self.set(("settle_seconds: 60", "settle_seconds: 0.5"), ("  prices: #", f"  prices:\n    {HAIKU}\n    #"))
        emulator.faults()
        self.before = emulator.counts()

    def set(self, *pairs: tuple[str, str]) -> None:
        text = (self.root / "params.yaml").read_text("utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        (self.root / "params.yaml").write_text(text, "utf-8")

    def arguments(self, out: str = "out") -> list[str]:
        given = {"courses": SKILL / "courses", "corrections": SKILL / "corrections", "prompt": SKILL / "prompt.md"}
        given |= {"store": Path(".finetune"), "models": Path("models"), "jobs": Path("jobs")}
        for number, side in enumerate(predict.SIDES):
            given |= {side: Path(str(number)), f"{side}-model-id": Path(f"model-{number}.txt")}
            given[f"{side}-predictions"] = Path(f"{out}-{number}.jsonl")
        return [f"--{name}={value}" for name, value in given.items()]

    def predict(self, out: str = "out", code: int = 0) -> str:
        """Run the stage's program to its end, in this process; what it printed."""
        told = StringIO()
        with redirect_stdout(told), redirect_stderr(told):
            assert run(predict.main, self.arguments(out)) == code, told.getvalue()
        return told.getvalue()

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "scripts.predict", *self.arguments()],
            cwd=self.root,
            env={**os.environ, **self.environment, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def kill(self, when: Callable[[], bool], by: signal.Signals = signal.SIGKILL) -> str:
        """Start, and end it as soon as that is so."""
        running, deadline = self.start(), time.monotonic() + 30
        while not when():
            assert running.poll() is None and time.monotonic() < deadline, running.communicate()[0]
            time.sleep(0.02)
        running.send_signal(by)
        return running.communicate(timeout=30)[0]

    def made(self) -> dict[str, float]:
        """What the emulator answered and billed since the test began."""
        now = self.emulator.counts()
        return {name: round(now[name] - self.before[name], 6) for name in ("messages", "batches", "billed_usd")}

    def spending(self) -> list[Spending]:
        return spent(self.root / "jobs")

    def spent(self) -> float:
        return sum(line.usd.high for line in self.spending() if line.usd)

    def kept(self) -> int:
        answers = Answers(self.root / ".finetune/answers.sqlite")
        (found,) = answers.database.execute("SELECT count(*) FROM answers").fetchone()
        answers.close()
        return int(found)

    def forget(self) -> None:
        for path in (self.root / ".finetune").glob("answers.sqlite*"):
            path.unlink()

    def read(self, out: str = "out") -> list[bytes]:
        return [(self.root / f"{out}-{side}.jsonl").read_bytes() for side in range(2)]

    def intents(self) -> list[Batch]:
        return Intents(self.root / ".finetune/batches").all("anthropic")


@pytest.fixture
def small(tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Small:
    return Small(tmp_path, emulator, monkeypatch)


@pytest.fixture
def batches(small: Small) -> Small:
    small.set(("mode: direct", "mode: batch"))
    return small


def fault(method: str, path: str, request: int, kind: str, **more: object) -> dict[str, object]:
    return {"method": method, "path": path, "request": request, "fault": kind, **more}


def test_answers_are_the_same_bytes_one_by_one_side_by_side_and_in_batches_and_cost_what_was_billed(
    small: Small,
) -> None:
    small.set(("answers_at_once: 4", "answers_at_once: 1"))
    small.predict("one")
    assert small.made() | {"billed_usd": 0} == {"messages": CALLS, "batches": 0, "billed_usd": 0}
    assert small.spent() == pytest.approx(small.made()["billed_usd"], abs=1e-5)
    assert {line.tokens for line in small.spending()} == {"measured"}
    small.forget()
    small.set(("answers_at_once: 1", "answers_at_once: 4"))
    small.emulator.faults(fault("POST", MESSAGES, 1, "delay", seconds=0.4))
    small.predict("many")
    small.forget()
    small.set(("mode: direct", "mode: batch"))
    told = small.predict("batch")
    assert small.read("one") == small.read("many") == small.read("batch")
    assert f"the first of at most {SEEDS} batches one after another, each of which may take up to 24 hours" in told
    assert small.made()["batches"] == SEEDS
    assert small.spent() == pytest.approx(small.made()["billed_usd"], abs=1e-4)
    assert Counter(line.mode for line in small.spending()) == {"direct": 4, "batch": 2 * SEEDS}
    assert small.intents() == []
    small.predict("again")
    assert small.made()["batches"] == SEEDS, "and what is kept is not asked again"


def test_where_claims_are_the_corrected_ones_one_batch_is_enough(batches: Small) -> None:
    batches.set(("claims: own", "claims: corrected"))
    batches.emulator.faults(fault("POST", BATCHES, 1, "status", code=429, retry_after=0))
    assert f"{CALLS} questions go in a batch, which may take up to 24 hours" in batches.predict()
    assert batches.made()["batches"] == 1


def test_a_run_that_is_killed_while_a_batch_is_answered_takes_it_up_and_pays_once(batches: Small) -> None:
    batches.emulator.faults(fault("GET", f"{BATCHES}/[^/]+", 1, "delay", seconds=3))
    batches.kill(lambda: any(batch.batch_id for batch in batches.intents()))
    assert "of an earlier run is taken up" in batches.predict()
    assert batches.made()["batches"] == SEEDS
    assert batches.spent() == pytest.approx(batches.made()["billed_usd"], abs=1e-5)
    assert batches.kept() == CALLS


def test_a_run_that_is_killed_before_it_learns_the_id_finds_its_batch_among_others(batches: Small) -> None:
    other = {"model": MODELS[0], "max_tokens": 9, "messages": [{"role": "user", "content": "hello"}]}
    size = 2 * SAMPLES * len(COURSES)
    batches.emulator.faults(fault("POST", BATCHES, 1, "delay", seconds=3))
    batches.kill(lambda: batches.made()["batches"] == 1)
    (intent,) = batches.intents()
    assert not intent.batch_id and len(intent.questions) == size
    for number in (size, 2):  # another's, made meanwhile: one of as many requests
        requests = [{"custom_id": f"other-{at}", "params": other} for at in range(number)]
        batches.emulator.post(BATCHES, {"requests": requests})
    batches.predict()
    assert batches.made()["batches"] == SEEDS + 2
    assert batches.kept() == CALLS


def test_a_batch_whose_answer_is_lost_is_found_and_one_that_never_came_is_sent_by_the_next_run(batches: Small) -> None:
    batches.emulator.faults(fault("POST", BATCHES, 1, "reset-after"), fault("POST", BATCHES, 2, "reset-before"))
    told = batches.predict(code=1)
    assert "may be it: its results will tell" in told
    assert "the batch is not there; run `make finetune` again" in told
    assert batches.made()["batches"] == 1 and batches.intents() == []
    batches.predict()
    assert batches.made()["batches"] == SEEDS
    assert batches.spent() == pytest.approx(batches.made()["billed_usd"], abs=1e-5)


def test_two_runs_beside_each_other_send_every_batch_once(batches: Small) -> None:
    batches.emulator.faults(
        fault("GET", f"{BATCHES}/[^/]+", 1, "delay", seconds=12)
    )  # so long another run may take to begin
    runs, deadline = [batches.start()], time.monotonic() + 30
    while not batches.intents() and time.monotonic() < deadline:
        time.sleep(0.02)
    runs.append(batches.start())
    told = [run.communicate(timeout=120)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], told
    assert batches.made()["batches"] == SEEDS
    assert batches.spent() == pytest.approx(batches.made()["billed_usd"], abs=1e-5)
    assert any("another run has questions answered in batches: waiting until it ends" in one for one in told)


def test_a_batch_that_was_fetched_and_not_written_down_is_written_down_once(batches: Small) -> None:
    (batches.root / "jobs/spend.jsonl").mkdir(parents=True)
    batches.predict(code=1)
    assert batches.kept() == 2 * SAMPLES * len(COURSES), "kept before it was booked"
    (batches.root / "jobs/spend.jsonl").rmdir()
    batches.emulator.faults(fault("GET", f"{BATCHES}/[^/]+/results", 1, "html"))
    batches.predict()
    assert batches.made()["batches"] == SEEDS
    assert batches.spent() == pytest.approx(batches.made()["billed_usd"], abs=1e-5)


def test_where_too_much_of_a_batch_fails_no_other_is_sent(batches: Small) -> None:
    (batches.root / "model-1.txt").write_text("claude-3-opus")
    told = batches.predict(code=1)
    assert "errored: not_found_error model: claude-3-opus" in told and "no more batches are sent" in told
    assert batches.made()["batches"] == 1
    assert batches.spent() == pytest.approx(batches.made()["billed_usd"], abs=1e-5), "an error is charged nothing"


def test_a_provider_without_batches_is_refused_before_anything_is_asked(batches: Small) -> None:
    batches.set(("provider: anthropic", "provider: local"))
    assert "params.yaml: predict.mode: local answers no batches" in batches.predict(code=2)
    assert not (batches.root / ".finetune/answers.sqlite").exists()


def test_a_call_that_is_refused_for_its_rate_waits_and_says_so_and_a_lost_one_is_not_repeated(small: Small) -> None:
    small.set(("most_failed: 0.05", "most_failed: 0.2"))
    small.emulator.faults(
        fault("POST", MESSAGES, 2, "status", code=429, retry_after=3), fault("POST", MESSAGES, 5, "reset-after")
    )
    begun = time.monotonic()
    told = small.predict()
    assert time.monotonic() - begun > 3
    assert "note: waiting 3 s, then asking again: POST /v1/messages: too many requests" in told
    assert told.count("1 failed call") == 1 and "the answer was lost" in told
    assert small.made()["messages"] == CALLS, "the lost one, too, was answered once"
    assert small.kept() == CALLS - 1
    line, other = sorted(small.spending(), key=lambda line: line.tokens)
    assert (line.tokens, other.tokens) == ("estimated", "measured")
    assert sum(one.calls for one in small.spending()) == CALLS
    assert small.spent() >= small.made()["billed_usd"] - 1e-5


def test_ctrl_c_ends_all_courses_at_once_and_keeps_and_counts_what_was_answered(small: Small) -> None:
    small.emulator.faults({"method": "POST", "path": MESSAGES, "every": True, "fault": "delay", "seconds": 0.3})
    begun = time.monotonic()
    told = small.kill(lambda: small.made()["messages"] >= 4, signal.SIGINT)
    assert "interrupted: what was done is kept" in told and "Traceback" not in told
    assert time.monotonic() - begun < 15
    answered = small.made()["messages"]
    assert 4 <= answered < CALLS
    assert small.kept() == answered == sum(line.calls for line in small.spending())
    assert small.spent() == pytest.approx(small.made()["billed_usd"], abs=1e-5)


def test_an_error_of_one_course_ends_the_others_and_what_they_were_answered_is_kept(small: Small) -> None:
    small.emulator.faults(
        fault("POST", MESSAGES, 4, "status", code=401),
        {"method": "POST", "path": MESSAGES, "every": True, "fault": "delay", "seconds": 0.1},
    )
    told = small.predict(code=1)
    assert "the key is not taken" in told
    assert small.kept() == small.made()["messages"] < CALLS


def test_threads_keep_answers_side_by_side(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers.sqlite")

    def keep(who: int) -> None:
        for number in range(100):
            answers.keep(f"{who}-{number}", str(number))
            assert answers.get(f"{who}-{number}") == str(number)

    threads = [threading.Thread(target=keep, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answers.get(f"{who}-{number}") == str(number) for who in range(8) for number in range(100))


def test_processes_that_open_the_store_at_one_moment_all_can(tmp_path: Path) -> None:
    keep = "import sys; from finetune.answers import *; sys.stdin.read(); Answers(Path(sys.argv[1])).keep('a', 'b')"
    for number in range(5):
        command = [sys.executable, "-c", keep, str(tmp_path / f"{number}.sqlite")]
        started = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
        time.sleep(0.3)
        for process in started:
            assert process.stdin
            process.stdin.close()
        assert [process.wait(timeout=30) for process in started] == [0] * 4


class Muddled:
    """A provider of batches whose results hold less, and more, than was asked."""

    batch_poll_seconds, batch_settle_seconds = 0.0, 0.0

    def split(self, questions: Mapping[str, Asked]) -> Iterator[Mapping[str, Asked]]:
        yield questions

    def send_batch(self, questions: Mapping[str, Asked]) -> str:
        return "batch-1"

    def batches(self, since: str) -> Iterator[BatchState]:
        return iter(())

    def batch(self, batch_id: str) -> BatchState:
        return BatchState(batch_id, "", True, {"succeeded": 3})

    def replies(self, batch_id: str) -> Iterator[tuple[str, Reply]]:
        yield "b", Reply("", FREE, "expired")
        yield "stranger", Reply("whose?", FREE)
        yield "a", Reply("first", FREE)
        yield "a", Reply("second", FREE)


def test_results_in_any_order_that_are_unknown_twice_missing_or_expired_are_told_apart(tmp_path: Path) -> None:
    told, booked, answers = list[str](), list[int](), Answers(tmp_path / "answers.sqlite")
    batching = Batching(
        "muddled",
        Muddled(),
        Intents(tmp_path / "batches"),
        answers,
        lambda: "2026-11-23T00:00:00+00:00",
        lambda *calls: booked.append(calls[2].asked),
        told.append,
        lambda _: None,
    )
    failed = batching.answer(dict.fromkeys("abc", ("model", ())), 1)
    assert answers.get("a") == "first" and answers.get("b") is None
    assert failed == {"b": "expired", "c": "the batch has no result for it"}
    assert booked == [3]
    assert told[1:] == [
        "batch batch-1: 1 results to questions that were not asked are left out",
        "batch batch-1: 1 results to questions that had one before are left out",
        "batch batch-1: 1 questions have no result",
    ]
