"""A job that fails, or half succeeds, is explained in words that a person can act on, with the place and the way on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from finetune.providers.anthropic.records import Trouble
from finetune.providers.anthropic.states import explained
from finetune.records.job import Event
from finetune.statistics.losses import overfitting
from tests.conftest import TESTING, TRAINING, Project, copy_project, shrink
from tests.crashes.arguments import arguments
from tests.emulated import JOBS, KEY, Emulator
from tests.test_credentials import quick
from tests.test_submit import SPEC

START = {"method": "POST", "path": JOBS, "request": 1}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    running = Emulator(tmp_path_factory.mktemp("emulator") / "store")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, emulator: Emulator) -> Project:
    """A project that is ready to submit to the emulator."""
    project = shrink(copy_project(tmp_path_factory.mktemp("ready") / "project"))
    quick(project)
    project.environment |= {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": emulator.url}
    project.replace("params.yaml", "provider: local", "provider: anthropic")
    project.stage("validate")
    return project


def failing(ready: Project, emulator: Emulator, fault: dict[str, Any], stage: str = "record") -> str:
    """What a new job's stage says under this fault."""
    emulator.faults(START | fault)
    old = next(line for line in ready.read("params.yaml").splitlines() if line.startswith("  attempt: "))
    number = int(old.split()[1])
    ready.replace("params.yaml", old, old.replace(str(number), str(number + 1), 1))
    if stage == "submit":  # without DVC: it is the stage that speaks
        return ready.python("-m", "scripts.submit", *arguments(ready.root), code=1)
    return ready.run("dvc", "repro", stage, code=255)


def test_a_line_that_the_provider_refuses_is_named_in_our_file_with_its_origin(
    ready: Project, emulator: Emulator
) -> None:
    told = failing(ready, emulator, {"fault": "late-validation-failure"})
    line = f"{TRAINING / 'training.jsonl'}:1"
    assert f"invalid_training_data: {line}: the example was refused" in told
    assert f"note: {line}: our own check finds nothing wrong there" in told
    assert f"`python -m finetune explain {line}` tells where the line comes from" in told
    assert "`python -m finetune lint` shows the line" in told and "mend the cause; then set submit.attempt to " in told


def test_a_job_that_fails_remotely_says_so(ready: Project, emulator: Emulator) -> None:
    told = failing(ready, emulator, {"fault": "fails-at-90"})
    assert "failed: training_failed: the training job stopped unexpectedly at 90 %" in told
    assert "the data was accepted: it may work when tried again" in told


def test_a_job_without_a_model_id_names_the_way_on(ready: Project, emulator: Emulator) -> None:
    told = failing(ready, emulator, {"fault": "no-model-id"})
    assert "it succeeded, but the provider does not say which model it made" in told
    assert "`make record MODEL_ID=…`" in told
    assert not ready.path(TESTING / "generation-1-model-id.txt").exists()


@pytest.mark.parametrize(
    ("fault", "words", "way"),
    [
        ({"fault": "billing-limit"}, "billing: Your credit balance is too low", "add credit or a payment method"),
        ({"fault": "status", "code": 429, "retry_after": 1}, "the quota is used up", "ask for a higher limit"),
        ({"fault": "status", "code": 403}, "the key may not do this", "PROVIDER=manual"),
        ({"fault": "status", "code": 413}, "the files are too large", "train on fewer examples"),
        ({"fault": "status", "code": 529}, "the API is overloaded", "it looks first, then starts it"),
    ],
    ids=["billing", "quota", "permission", "too large", "overloaded"],
)
def test_a_refused_request_says_why_and_leaves_nothing_intended(
    ready: Project, emulator: Emulator, fault: dict[str, Any], words: str, way: str
) -> None:
    before = emulator.counts()["jobs"]
    entries = sorted(ready.path("jobs").glob("*.json"))
    told = failing(ready, emulator, fault, "submit")
    assert words in told and way in told
    assert sorted(ready.path("jobs").glob("*.json")) == entries
    assert emulator.counts()["jobs"] == before


def test_too_little_data_is_told_with_what_our_check_asks_for(ready: Project, emulator: Emulator) -> None:
    path = ready.path(TRAINING / "training.jsonl")
    whole = path.read_bytes()
    path.unlink()  # it may be a link into DVC's cache
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
    emulator.faults()
    dataset = emulator.upload(path.read_bytes())
    job = emulator.wait(emulator.job(dataset)["id"])
    assert job["error"]["code"] == "insufficient_data"
    ready.run("dvc", "checkout", "--force", str(path.relative_to(ready.root)))
    told = explained(Trouble(job["error"]["code"], job["error"]["message"]), SPEC)
    assert "training.jsonl: 3 examples; at least 10" in told and "validate.fewest_training" in told


def losses(*values: float | None) -> list[Event]:
    return [Event("training", 0.0, epoch=number, validation_loss=value) for number, value in enumerate(values, start=1)]


def test_a_validation_loss_that_rises_is_a_warning_with_the_epoch_to_stop_at() -> None:
    told = overfitting(losses(0.9, 0.6, 0.65, 0.8))
    assert "lowest in epoch 2 (0.6) and is 0.8 after epoch 4" in told
    assert "set hyperparameters.epochs to 2" in told


def test_a_validation_loss_that_falls_or_wavers_or_is_not_told_is_none() -> None:
    assert [overfitting(losses(*of)) for of in [(0.9, 0.6, 0.61), (0.9, 0.5), (None, None), ()]] == [""] * 4


def test_a_rising_loss_is_told_by_the_stage(made: Project) -> None:
    """The local provider's own job, with another end of its curve."""
    state = next(Path(made.root / ".finetune/local").glob("*/state.json"))
    text = state.read_text("utf-8")
    last = text.rindex('"validation_loss":')
    end = min(text.index(mark, last) for mark in ",}" if mark in text[last:])
    state.write_text(f'{text[:last]}"validation_loss":9.5{text[end:]}', encoding="utf-8")
    told = made.run("dvc", "repro", "--force", "--single-item", "record")
    assert "warning: the validation loss was lowest in epoch" in told and "is 9.5 after epoch" in told
