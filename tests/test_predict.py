"""The stage predict: every seed is answered once, in order, with the model's own claims."""

import json
import os
import re
import signal
import sqlite3
import time
from collections import Counter

import pytest

from tests.conftest import SEEDS, TESTING, Project
from tests.test_record import start

PREDICTIONS = TESTING / "generation-1-predictions.jsonl"
STORE = ".finetune/answers.sqlite"
SAMPLES = 2
ANSWERS = SEEDS * SAMPLES


def predictions(project: Project) -> list[dict[str, object]]:
    return [json.loads(line) for line in project.read(PREDICTIONS).splitlines()]


def kept(project: Project) -> int:
    with sqlite3.connect(project.path(STORE)) as database:
        return int(database.execute("SELECT count(*) FROM answers").fetchone()[0])


def test_both_models_answer_every_seed_of_every_course(generation_one: Project) -> None:
    for generation in (0, 1):
        lines = generation_one.read(TESTING / f"generation-{generation}-predictions.jsonl").splitlines()
        answered = {(prediction["course"], prediction["seed_id"]) for prediction in map(json.loads, lines)}
        assert len(answered) == SEEDS
        samples = Counter(json.loads(line).get("sample", 1) for line in lines)
        assert samples == dict.fromkeys(range(1, SAMPLES + 1), SEEDS)


def test_an_answer_is_kept_beside_what_it_says(generation_one: Project) -> None:
    for prediction in predictions(generation_one):
        assert json.loads(str(prediction["answer"])) == prediction["breakdown"]


def test_an_answer_that_was_given_is_never_asked_for_again(made: Project) -> None:
    made.path(PREDICTIONS).unlink()
    told = made.run("dvc", "repro", "--force", "--single-item", "predict")
    assert told.count(f"{ANSWERS} answers ({ANSWERS} kept from before)") == 2


def test_claims_are_the_models_own_or_the_corrected_ones(made: Project) -> None:
    own = predictions(made)
    made.replace("params.yaml", "claims: own", "claims: corrected")
    made.run("dvc", "repro", "--single-item", "predict")
    assert [line["seed_id"] for line in predictions(made)] == [line["seed_id"] for line in own]
    assert predictions(made) != own


@pytest.mark.parametrize(
    "by", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.slow)], ids=["Ctrl-C", "kill -9"]
)
def test_an_interrupted_run_goes_on_where_it_was(made: Project, by: signal.Signals) -> None:
    made.path(STORE).unlink()
    running = start(made, "dvc", "repro", "--force", "--single-item", "predict")
    deadline = time.monotonic() + 60
    while not (made.path(STORE).exists() and kept_or_none(made) > 5):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(running.pid, by)
    assert "Traceback" not in running.communicate()[0]
    answered = kept(made)
    assert 5 < answered < 2 * ANSWERS
    made.path(".dvc/tmp/rwlock").unlink(missing_ok=True)
    told = made.run("dvc", "repro", "--force", "--single-item", "predict")
    assert answered == sum(int(kept) for kept in re.findall(r"answers \((\d+) kept from before\)", told))


def kept_or_none(project: Project) -> int:
    try:
        return kept(project)
    except sqlite3.OperationalError:
        return 0


def test_a_model_that_is_not_here_is_named_with_the_way_to_get_it(made: Project) -> None:
    made.run("rm", "-r", "models/generation-1", ".finetune")
    told = made.run("dvc", "repro", "--force", "--single-item", "predict", code=255)
    assert "the model's file is not on this machine; bring it with `dvc pull`" in told
    made.path(TESTING / "generation-1-model-id.txt").write_text("local-extractor:../../x\n")
    told = made.run("dvc", "repro", "--single-item", "predict", code=255)
    assert "not a model of the local provider" in told


def test_a_damaged_store_is_named(made: Project) -> None:
    made.path(STORE).write_bytes(b"not a database, but long enough to be read as one" * 100)
    for name in (f"{STORE}-wal", f"{STORE}-shm"):
        made.path(name).unlink(missing_ok=True)
    told = made.run("dvc", "repro", "--force", "--single-item", "predict", code=255)
    assert "the kept answers cannot be used" in told


RESTLESS = '''"""A provider whose answers vary, and whose every ninth call fails: written for a test."""

from collections.abc import Sequence
from pathlib import Path

from finetune.errors import NoAnswerError
from finetune.providers import local
from finetune.records.dataset import Message


class Restless(local.Local):
    calls = 0

    def complete(self, model: str, messages: Sequence[Message]) -> str:
        self.calls += 1
        with open("calls.txt", "a") as file:
            file.write(f"{model}\\n")
        if self.calls % EVERY == 0:
            raise NoAnswerError(model, "overloaded", "try again")
        return "I would say" if self.calls % 10 == 0 else super().complete(model, messages)


def connect(store: Path, models: Path, connection: object) -> Restless:
    return Restless(store / "local", models)
'''


def restless(project: Project, every: int) -> None:
    """Let this project be answered by a provider that fails every so many calls."""
    project.path("finetune/providers/restless.py").write_text(RESTLESS.replace("EVERY", str(every)), encoding="utf-8")
    project.replace("params.yaml", "provider: local", "provider: restless")
    project.replace("params.yaml", "    local:\n      base_model", "    restless:\n      base_model")
    project.path(STORE).unlink()


def test_the_sides_take_turns_at_every_question(made: Project) -> None:
    restless(made, every=10**6)
    made.run("dvc", "repro", "--single-item", "predict")
    asked = made.read("calls.txt").splitlines()
    assert len(asked) == 2 * ANSWERS
    for at in range(0, len(asked), 2):
        assert len(set(asked[at : at + 2])) == 2, "both models, one after the other"
    assert {tuple(asked[at : at + 2]) for at in range(0, 8, 2)} == {
        (asked[0], asked[1]),
        (asked[1], asked[0]),
    }, "and neither is always the first"


def test_a_failed_call_is_told_counted_and_asked_again_with_what_builds_on_it(made: Project) -> None:
    restless(made, every=50)
    told = made.run("dvc", "repro", "--single-item", "predict")
    failed = sum(map(int, re.findall(r"(\d+) failed call", told)))
    assert failed == 2 * ANSWERS // 50
    assert "overloaded; try again" in told
    of_side = [json.loads(line) for line in made.read(PREDICTIONS).splitlines()]
    assert all("breakdown" not in line and not line["answer"] for line in of_side if line.get("failed"))
    made.path("calls.txt").unlink()
    made.run("dvc", "repro", "--force", "--single-item", "predict")
    assert failed <= len(made.read("calls.txt").splitlines()) < ANSWERS / 2
    made.run("dvc", "repro", "--single-item", "evaluate")
    comparison = json.loads(made.read(TESTING / "generation-comparison.json"))
    assert comparison["baseline"]["unparsed"] + comparison["candidate"]["unparsed"] > 0


def test_too_many_failed_calls_fail_the_stage_and_what_was_answered_is_kept(made: Project) -> None:
    restless(made, every=3)
    told = made.run("dvc", "repro", "--single-item", "predict", code=255)
    assert f"of {ANSWERS} calls failed" in told
    assert "what was answered is kept" in told
    assert kept(made) > ANSWERS
    assert not made.path(PREDICTIONS).exists()
