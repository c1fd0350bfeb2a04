"""The stage predict: every seed is answered once, in order, with the model's own claims."""

import json
import os
import signal
import sqlite3
import time

import pytest

from tests.conftest import SEEDS, TESTING, Project
from tests.test_record import start

PREDICTIONS = TESTING / "generation-1-predictions.jsonl"
STORE = ".finetune/answers.sqlite"


def predictions(project: Project) -> list[dict[str, object]]:
    return [json.loads(line) for line in project.read(PREDICTIONS).splitlines()]


def kept(project: Project) -> int:
    with sqlite3.connect(project.path(STORE)) as database:
        return int(database.execute("SELECT count(*) FROM answers").fetchone()[0])


def test_both_models_answer_every_seed_of_every_course(generation_one: Project) -> None:
    for generation in (0, 1):
        lines = generation_one.read(TESTING / f"generation-{generation}-predictions.jsonl").splitlines()
        answered = {(prediction["course"], prediction["seed_id"]) for prediction in map(json.loads, lines)}
        assert len(lines) == len(answered) == SEEDS


def test_an_answer_is_kept_beside_what_it_says(generation_one: Project) -> None:
    for prediction in predictions(generation_one):
        assert json.loads(str(prediction["answer"])) == prediction["breakdown"]


def test_an_answer_that_was_given_is_never_asked_for_again(made: Project) -> None:
    made.path(PREDICTIONS).unlink()
    told = made.run("dvc", "repro", "--force", "--single-item", "predict@candidate")
    assert f"{SEEDS} answers ({SEEDS} kept from before)" in told


def test_claims_are_the_models_own_or_the_corrected_ones(made: Project) -> None:
    own = predictions(made)
    made.replace("params.yaml", "claims: own", "claims: corrected")
    made.run("dvc", "repro", "--single-item", "predict@candidate")
    assert [line["seed_id"] for line in predictions(made)] == [line["seed_id"] for line in own]
    assert predictions(made) != own


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_an_interrupted_run_goes_on_where_it_was(made: Project, by: signal.Signals) -> None:
    made.path(STORE).unlink()
    running = start(made, "dvc", "repro", "--force", "--single-item", "predict@candidate")
    deadline = time.monotonic() + 60
    while not (made.path(STORE).exists() and kept_or_none(made) > 5):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(running.pid, by)
    assert "Traceback" not in running.communicate()[0]
    answered = kept(made)
    assert 5 < answered < SEEDS
    made.path(".dvc/tmp/rwlock").unlink(missing_ok=True)
    told = made.run("dvc", "repro", "--force", "--single-item", "predict@candidate")
    assert f"{SEEDS} answers ({answered} kept from before)" in told


def kept_or_none(project: Project) -> int:
    try:
        return kept(project)
    except sqlite3.OperationalError:
        return 0


def test_a_model_that_is_not_here_is_named_with_the_way_to_get_it(made: Project) -> None:
    made.run("rm", "-r", "models/generation-1", ".finetune")
    told = made.run("dvc", "repro", "--force", "--single-item", "predict@candidate", code=255)
    assert "the model's file is not on this machine; bring it with `dvc pull`" in told
    made.path(TESTING / "generation-1-model-id.txt").write_text("local-extractor:../../x\n")
    told = made.run("dvc", "repro", "--single-item", "predict@candidate", code=255)
    assert "not a model of the local provider" in told


def test_a_damaged_store_is_named(made: Project) -> None:
    made.path(STORE).write_bytes(b"not a database, but long enough to be read as one" * 100)
    for name in (f"{STORE}-wal", f"{STORE}-shm"):
        made.path(name).unlink(missing_ok=True)
    told = made.run("dvc", "repro", "--force", "--single-item", "predict@candidate", code=255)
    assert "the kept answers cannot be used" in told
