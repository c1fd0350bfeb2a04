"""The local provider: jobs that survive, models that are what their ids say."""

import json
import shutil
import time
from pathlib import Path

import msgspec
import pytest

from finetune.dataset.key import sha256
from finetune.errors import FinetuneError
from finetune.providers import connect, names
from finetune.records.dataset import Message
from finetune.records.job import ENDS, Job, JobState
from tests.conftest import TESTING, Project

PROMPT = {
    "course": "spa_for_eng",
    "seed_id": "S0031",
    "target_language": "Spanish",
    "known_language": "English",
    "target": "Quiero tocar la guitarra contigo.",
    "known": "I want to play the guitar with you.",
    "claims": [{"known_chunk": "I want", "target_chunk": "Quiero"}],
}


@pytest.fixture(autouse=True)
def in_the_project(made: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made.root)


def job_of(made: Project) -> Job:
    return msgspec.json.decode(made.path(TESTING / "generation-1-job.json").read_bytes(), type=Job)


def model_of(made: Project) -> str:
    return made.read(TESTING / "generation-1-model-id.txt").strip()


def wait(store: Path, job: Job) -> JobState:
    provider = connect("local", store, Path("models"))
    deadline = time.monotonic() + 120
    while provider.get(job).status not in ENDS:
        assert time.monotonic() < deadline
        provider.resume(job)
        time.sleep(0.1)
    return provider.get(job)


@pytest.mark.slow
def test_a_machine_that_never_saw_the_job_trains_the_same_model_from_the_same_bytes(made: Project) -> None:
    state = wait(Path("another machine"), job_of(made))
    assert state.model_id == model_of(made)


def test_data_that_changed_since_is_not_trained_on(made: Project) -> None:
    path = Path(job_of(made).spec.training.path)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content + b"\n")
    with pytest.raises(FinetuneError, match="not the bytes that the job was made for"):
        connect("local", Path("another machine"), Path("models")).resume(job_of(made))


def test_looking_at_a_job_starts_nothing(made: Project) -> None:
    state = connect("local", Path("another machine"), Path("models")).get(job_of(made))
    assert state.status == "queued"
    assert not Path("another machine").exists()


def test_a_cancelled_job_has_ended_and_stays_cancelled(made: Project) -> None:
    provider = connect("local", Path("another machine"), Path("models"))
    provider.submit(job_of(made).spec)
    assert provider.cancel(job_of(made)).status == "cancelled"
    assert wait(Path("another machine"), job_of(made)).status == "cancelled"


def test_a_job_is_found_by_its_key(made: Project) -> None:
    provider = connect("local", Path(".finetune"), Path("models"))
    assert provider.find(job_of(made).spec.key) == job_of(made).job_id
    assert provider.find("f" * 64) is None


def test_a_models_id_is_the_checksum_of_its_weights(made: Project) -> None:
    model = model_of(made)
    (path,) = Path("models/generation-1").glob("local-extractor_*.json")
    assert model.endswith(sha256(path.read_bytes())[:8])


def test_weights_that_were_changed_are_not_used(made: Project) -> None:
    shutil.rmtree(".finetune")
    (path,) = Path("models/generation-1").glob("local-extractor_*.json")
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content + b" ")
    provider = connect("local", Path(".finetune"), Path("models"))
    with pytest.raises(FinetuneError, match="changed since it was trained"):
        provider.complete(model_of(made), [Message("user", json.dumps(PROMPT))])


def test_base_and_tuned_model_answer_the_same_prompt_with_slices_of_it(made: Project) -> None:
    provider = connect("local", Path(".finetune"), Path("models"))
    answers = {
        model: provider.complete(model, [Message("system", "x"), Message("user", json.dumps(PROMPT))])
        for model in ("local-extractor", model_of(made))
    }
    for answer in answers.values():
        for lego in json.loads(answer)["lego_pairs"]:
            assert lego["target_chunk"] in str(PROMPT["target"])
            assert lego["known_chunk"] in str(PROMPT["known"])
    assert len(set(answers.values())) == 2


def test_a_prompt_of_another_schema_is_refused(made: Project) -> None:
    provider = connect("local", Path(".finetune"), Path("models"))
    with pytest.raises(FinetuneError):
        provider.complete("local-extractor", [Message("user", "Split this sentence, please.")])


def test_an_unknown_provider_is_refused_with_the_known_ones() -> None:
    assert {"anthropic", "local"} <= set(names())
    with pytest.raises(FinetuneError, match=f"unknown: azure; known: {', '.join(names())}"):
        connect("azure", Path("s"), Path("m"))
