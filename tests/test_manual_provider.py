"""The way over a web console: a bundle, a person who trains it on a real server, and the pipeline that goes on."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from finetune.ledger import Ledger
from finetune.providers import connect
from finetune.recording import record
from finetune.records.job import Job, Told
from tests.conftest import TESTING, TRAINING, Project, copy_project, shrink
from tests.emulated import KEY, Emulator, training
from tests.test_submit import jobs

BASE, SUFFIX = "claude-sonnet-4-5", "ssi-lego-v1"
MODEL_ID = TESTING / "generation-1-model-id.txt"
NO_SETUP = ("-o", ".venv/installed", "-o", ".dvc/tmp/plots.html")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    running = Emulator(tmp_path_factory.mktemp("emulator") / "state")
    yield running
    running.stop()


def reach(project: Project, emulator: Emulator | None) -> Project:
    """The project, whose commands have the key of a server; or none, and no server."""
    url = emulator.url if emulator else "http://127.0.0.1:1"
    project.environment |= {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": KEY if emulator else ""}
    return project


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project without a key, in which `make finetune PROVIDER=manual` ended with what a person has to do."""
    project = reach(shrink(copy_project(tmp_path_factory.mktemp("waiting") / "project")), None)
    project.replace("params.yaml", f"    {BASE}: #", f"    {BASE}:\n      training: 24 #")
    project.replace("params.yaml", "samples: 2", "samples: 1")
    project.replace("params.yaml", "command: null", "command: touch somebody-was-told")
    project.made = project.python("-m", "finetune", "make", "--provider", "manual", code=1)  # type: ignore[attr-defined]
    return project


@pytest.fixture
def waits(waiting: Project, tmp_path: Path) -> Project:
    shutil.copytree(waiting.root, tmp_path / "waits", symlinks=True)
    return reach(Project(tmp_path / "waits"), None)


def bundle(project: Project) -> Path:
    (folder,) = project.path("bundles").iterdir()
    return folder


def train(emulator: Emulator, folder: Path) -> dict[str, str]:
    """What a person does with the bundle: the job, once it has ended."""
    asked = json.loads((folder / "job.json").read_text("utf-8"))
    dataset = emulator.upload(*((folder / f"{side}.jsonl").read_bytes() for side in ("training", "validation")))
    form = {name: asked[name] for name in ("base_model", "suffix", "description", "hyperparameters")}
    ended: dict[str, str] = emulator.wait(emulator.job(dataset, **form)["id"])
    assert ended["status"] == "succeeded", ended
    return ended


def small(emulator: Emulator, suffix: str = SUFFIX) -> str:
    """Another model, made in a few seconds of a few examples."""
    model: str = emulator.wait(emulator.job(emulator.upload(training()), base_model=BASE, suffix=suffix)["id"])[
        "fine_tuned_model"
    ]
    return model


@pytest.fixture(scope="module")
def trained(waiting: Project, emulator: Emulator) -> dict[str, str]:
    return train(emulator, bundle(waiting))


@pytest.fixture(scope="module")
def recorded(
    waiting: Project, trained: dict[str, str], emulator: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """The same project, once the person has said `make record`."""
    root = tmp_path_factory.mktemp("recorded") / "project"
    shutil.copytree(waiting.root, root, symlinks=True)
    project = reach(Project(root), emulator)
    said = (f"MODEL_ID={trained['fine_tuned_model']}", f"JOB_ID={trained['id']}")
    project.made = project.run("make", *NO_SETUP, "record", *said)  # type: ignore[attr-defined]
    project.commit("Generation 1", tag="gen-1")
    return project


def test_it_writes_a_bundle_and_exits_with_what_to_do(waiting: Project) -> None:
    folder = bundle(waiting)
    told: str = waiting.made  # type: ignore[attr-defined]
    assert (
        f"{folder.name}: it waits for a person; follow bundles/{folder.name}/STEPS.md; then `make record MODEL_" in told
    )
    assert "ANTHROPIC_API_KEY is not set: training in a console needs none" in told
    assert not waiting.path(MODEL_ID).exists()
    assert not waiting.path("somebody-was-told").exists(), "nothing has ended"
    assert "bundles" not in waiting.run("git", "status", "--porcelain", "--untracked-files=all")


def test_the_bundle_has_both_files_their_checksums_and_what_to_enter(waiting: Project) -> None:
    folder, entry = bundle(waiting), Ledger(waiting.path("jobs")).entries()[0]
    for side in ("training", "validation"):
        assert (folder / f"{side}.jsonl").read_bytes() == waiting.path(TRAINING / f"{side}.jsonl").read_bytes()
    checked = waiting.run("bash", "-c", f"cd {folder} && sha256sum -c SHA256SUMS")
    assert checked == "training.jsonl: OK\nvalidation.jsonl: OK\n"
    asked = json.loads((folder / "job.json").read_text("utf-8"))
    assert (asked["job_name"], asked["base_model"], asked["suffix"]) == ("ssi-lego-extraction-v1", BASE, SUFFIX)
    assert (asked["training_examples"], asked["validation_examples"]) == (22, 8)
    assert asked["key"] == entry.spec.key and entry.spec.key in asked["description"]
    assert entry.job_id == folder.name == f"manual-{entry.spec.key[:16]}"
    steps = (folder / "STEPS.md").read_text("utf-8")
    assert f"make record MODEL_ID={BASE}:{SUFFIX}:…" in steps and asked["description"] in steps


def test_until_a_person_has_done_it_the_same_bundle_waits(waits: Project) -> None:
    folder, before = bundle(waits), jobs(waits)
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "training.jsonl").write_text("edited by mistake")
    (folder / "STEPS.md").unlink()
    told = waits.python("-m", "finetune", "status")
    assert f"{folder.name}: waits for a person" in told
    assert f"`make finetune` writes bundles/{folder.name}/STEPS.md, to follow" in told
    assert "it waits for a person" in waits.python("-m", "finetune", "make", code=1)
    assert {path.name: path.read_bytes() for path in bundle(waits).iterdir()} == kept
    assert jobs(waits) == before
    assert "only who started it in the console can stop it" in waits.python(
        "-m", "finetune", "cancel", folder.name, code=1
    )


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (BASE, f"MODEL_ID: {BASE} is the base model; name the one that was tuned from it"),
        ("../../etc/passwd", "MODEL_ID: not an id: '../../etc/passwd'"),
        (f"{BASE}:{SUFFIX}:1 ", "MODEL_ID: not an id: "),
        (f"{BASE}:{SUFFIX}:nobody-made-it", f"MODEL_ID: the API has no model {BASE}:{SUFFIX}:nobody-made-it"),
    ],
)
def test_an_id_that_is_no_tuned_model_is_refused(waits: Project, emulator: Emulator, model: str, wrong: str) -> None:
    assert wrong in reach(waits, emulator).python("-m", "finetune", "record", "--model-id", model, code=2)
    assert not any(entry.told for entry in Ledger(waits.path("jobs")).entries())


def test_make_record_without_a_model_says_what_it_needs(waits: Project) -> None:
    assert "say which model, as the console names it: make record MODEL_ID=…" in waits.run(
        "make", *NO_SETUP, "record", code=2
    )


def test_without_a_key_an_id_is_taken_if_it_begins_as_asked_and_what_was_not_checked_is_said(waits: Project) -> None:
    told = waits.python("-m", "finetune", "record", "--model-id", "ft:somebody-else:1", code=2)
    assert f"MODEL_ID: ft:somebody-else:1 does not begin with {BASE}:{SUFFIX}:, and could not be looked up" in told
    model = f"{BASE}:{SUFFIX}:unseen"
    told = waits.python("-m", "finetune", "record", "--model-id", model, code=1)
    assert f"note: whether there is a model {model} could not be asked: ANTHROPIC_API_KEY: not set" in told
    assert f"recorded: {model} is the model of manual-" in told
    assert waits.read(MODEL_ID) == f"{model}\n"
    assert "ANTHROPIC_API_KEY: not set" in told, "and so predict stops"
    assert "succeeded (22 examples" in waits.python("-m", "finetune", "status")


def test_a_model_with_another_beginning_is_taken_where_the_api_has_it(
    waits: Project, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, notes = small(emulator, suffix="typed-wrong"), list[str]()
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", emulator.url)
    ledger = Ledger(waits.path("jobs"))
    (entry,) = ledger.entries()
    job, provider = Job(entry.job_id or "", entry.spec), connect("manual", waits.root, waits.root)
    assert record(job, Told(other, "now"), False, waits.path(MODEL_ID), ledger, provider, notes.append)
    assert notes == [f"{other} does not begin with {BASE}:{SUFFIX}:, but is there: look whether it is the one"]
    assert [entry.told and entry.told.model_id for entry in ledger.entries()] == [other]


def test_the_pipeline_goes_on_to_the_report(recorded: Project, trained: dict[str, str]) -> None:
    told: str = recorded.made  # type: ignore[attr-defined]
    assert f"generation 1 is made: {trained['fine_tuned_model']}" in told
    assert f"generation 0 ({BASE}) → 1 ({trained['fine_tuned_model']})" in told
    assert recorded.read(MODEL_ID) == trained["fine_tuned_model"] + "\n"
    (entry,) = Ledger(recorded.path("jobs")).entries()
    assert entry.told and (entry.told.model_id, entry.told.job_id) == (trained["fine_tuned_model"], trained["id"])
    model = json.loads(recorded.read("models/generation-1/model.json"))
    assert model["model_id"] == trained["fine_tuned_model"] and model["base_model_retires"] == "2026-11-30"
    assert trained["fine_tuned_model"] in recorded.read("reports/generation-1.md")
    assert recorded.path("somebody-was-told").exists()
    assert "nothing to do" in recorded.python("-m", "finetune", "make")
    assert f"succeeded (22 examples, {entry.intended_at})" in recorded.python("-m", "finetune", "status")
    assert "0 wrong" in recorded.python("-m", "finetune", "verify")


def test_a_fresh_clone_and_a_deleted_output_need_nobody_again(
    recorded: Project, trained: dict[str, str], tmp_path: Path
) -> None:
    recorded.run("git", "clone", "--quiet", ".", str(tmp_path / "clone"))
    clone = reach(Project(tmp_path / "clone"), None)
    clone.path(MODEL_ID).unlink()
    clone.stage("record")
    assert clone.read(MODEL_ID) == trained["fine_tuned_model"] + "\n"
    model = Path("models/generation-1/model.json")
    assert clone.read(model) == recorded.read(model), "the same bytes, so that nothing after it runs again for that"


@pytest.mark.slow
def test_a_recorded_model_is_replaced_only_where_that_is_said(
    recorded: Project, trained: dict[str, str], emulator: Emulator, tmp_path: Path
) -> None:
    shutil.copytree(recorded.root, tmp_path / "replaced", symlinks=True)
    project = reach(Project(tmp_path / "replaced"), emulator)
    other = small(emulator)
    told = project.python("-m", "finetune", "record", "--model-id", other, code=2)
    assert f"MODEL_ID: {trained['fine_tuned_model']} is recorded as the model of manual-" in told
    assert "REPLACE=1 puts this one in its place" in told
    told = project.run("make", *NO_SETUP, "record", f"MODEL_ID={trained['fine_tuned_model']}")
    assert "recorded before: " in told and "nothing to do" in told
    told = project.run("make", *NO_SETUP, "record", f"MODEL_ID={other}", "REPLACE=1")
    assert f"generation 1 is made: {other}" in told
    assert project.read(MODEL_ID) == f"{other}\n"


def test_a_wrong_connection_is_named(waits: Project) -> None:
    waits.replace("params.yaml", "folder: bundles", "look_up: true")
    told = waits.python("-m", "finetune", "status")
    assert "submit.providers.manual.connection: unknown: look_up; known here: folder, job_name," in told


@pytest.mark.slow
def test_a_job_that_succeeded_without_a_model_id_goes_on_once_a_person_tells_it(
    project: Project, emulator: Emulator
) -> None:
    quick(reach(shrink(project), emulator))
    emulator.faults({"method": "POST", "path": "/v1/fine-tuning/jobs", "request": 1, "fault": "no-model-id"})
    told = project.python("-m", "finetune", "make", "--provider", "anthropic", code=1)
    assert "it succeeded, but the provider does not say which model it made" in told
    assert "look for it in the provider's console, then `make record MODEL_ID=…`" in told
    made = small(emulator)
    told = project.python("-m", "finetune", "record", "--model-id", made)
    assert f"generation 1 is made: {made}" in told
    assert "validation_loss" in project.read(TESTING / "generation-1-curve.csv")
    assert len(project.read(TESTING / "generation-1-curve.csv").splitlines()) > 2, "what the provider tells is kept"


def quick(project: Project) -> None:
    """Looks at jobs often, has a price for training, and asks every question once."""
    project.replace("params.yaml", f"    {BASE}: #", f"    {BASE}:\n      training: 24 #")
    project.replace("params.yaml", "samples: 2", "samples: 1")
    project.replace("params.yaml", "poll_seconds: 60", "poll_seconds: 0.2")
    project.replace("params.yaml", "settle_seconds: 60", "settle_seconds: 0.5")


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Emulator]:
    """One that no other test asks: its jobs are those of one project, and none is trained."""
    running = Emulator(tmp_path / "state", "--seconds-per-stage", "3600")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose account does not list its jobs, just before it starts one."""
    project = shrink(copy_project(tmp_path_factory.mktemp("validated") / "project"))
    quick(project)
    project.replace("params.yaml", "provider: local", "provider: anthropic")
    project.path(TESTING / "generation-0-model-id.txt").write_text(f"{BASE}\n")
    project.replace("params.yaml", "        datasets: /v1", "        look_up: false\n        datasets: /v1")
    project.stage("validate")
    return project


@pytest.fixture
def cut_off(validated: Project, alone: Emulator, tmp_path: Path) -> Project:
    """The answer to the request for a job was lost, and the account does not list its jobs: nobody knows."""
    shutil.copytree(validated.root, tmp_path / "cut_off", symlinks=True)
    project = reach(Project(tmp_path / "cut_off"), alone)
    alone.faults({"method": "POST", "path": "/v1/fine-tuning/jobs", "request": 1, "fault": "reset-after"})
    told = project.stage("submit", code=255)
    assert "look_up is false" in told and "`make adopt JOB_ID=…` takes it up, and `make abandon` forgets it" in told
    return project


def entry_key(project: Project) -> str:
    (name,) = jobs(project)
    return name.removesuffix(".json")


def ours(project: Project, alone: Emulator) -> str:
    """The job that was started, as a person finds it in the console."""
    found = alone.get("/v1/fine-tuning/jobs")["data"]
    (job,) = (job["id"] for job in found if job["metadata"].get("finetune_key") == entry_key(project))
    return str(job)


def test_an_ambiguous_end_that_cannot_be_looked_up_stops_until_a_person_adopts_the_job(
    cut_off: Project, alone: Emulator
) -> None:
    before = alone.counts()["jobs"]
    assert "may have started this job, and the provider cannot be asked" in cut_off.stage("submit", code=255)
    dataset = alone.upload(cut_off.path(TRAINING / "training.jsonl").read_bytes())
    foreign = alone.job(dataset, base_model=BASE, metadata={"finetune_key": "f" * 64})["id"]
    smaller = alone.job(dataset, base_model="claude-haiku-4-5")["id"]
    for job, wrong in (
        ("ftjob_nobody", "ftjob_nobody: the account has no such job"),
        ("a b", "JOB_ID: not an id: 'a b'"),
        (foreign, "it was started for another job: its finetune_key is ffffffffffffffff"),
        (smaller, f"it tunes claude-haiku-4-5, and {BASE} was asked for"),
    ):
        assert wrong in cut_off.python("-m", "finetune", "adopt", job, code=2)
    assert "nothing to settle" in cut_off.python("-m", "finetune", "adopt", "x", "--key", "no", code=2)
    job = ours(cut_off, alone)
    told = cut_off.run("make", *NO_SETUP, "adopt", f"JOB_ID={job}")
    assert f"{job} is the job of {entry_key(cut_off)[:16]}: `make finetune` waits for it" in told
    assert "in the ledger already: nothing was sent" in cut_off.stage("submit")
    assert json.loads(cut_off.read(TESTING / "generation-1-job.json"))["job_id"] == job
    assert alone.counts()["jobs"] == before + 2, "ours, and the two that somebody else started"
    assert "every job has an id" in cut_off.python("-m", "finetune", "adopt", job, code=2)


def test_a_job_that_does_not_say_whose_it_is_is_adopted_on_a_persons_word(cut_off: Project, alone: Emulator) -> None:
    dataset = alone.upload(cut_off.path(TRAINING / "training.jsonl").read_bytes())
    job = alone.job(dataset, base_model=BASE)["id"]
    told = cut_off.python("-m", "finetune", "adopt", job)
    assert f"note: {job} does not say what it was started for: it is taken on your word" in told


def test_an_abandoned_job_is_started_again(cut_off: Project, alone: Emulator) -> None:
    before = alone.counts()["jobs"]
    told = cut_off.run("make", *NO_SETUP, "abandon")
    assert (
        "note: look_up is false: the account does not list its jobs: that the job is not there is on your word" in told
    )
    assert jobs(cut_off) == []
    alone.faults()
    assert "submitted just now" in cut_off.stage("submit")
    assert alone.counts()["jobs"] == before + 1


def test_a_job_that_is_there_is_not_abandoned(cut_off: Project, alone: Emulator) -> None:
    cut_off.replace("params.yaml", "        look_up: false\n", "")
    job = ours(cut_off, alone)
    told = cut_off.python("-m", "finetune", "abandon", code=1)
    assert f"{job}: it is there, and is not forgotten; `make finetune` takes it up" in told
    assert "the provider had it already: nothing was sent" in cut_off.stage("submit")


@pytest.mark.slow
def test_of_several_intents_a_person_chooses_one(cut_off: Project, alone: Emulator) -> None:
    first = entry_key(cut_off)
    alone.faults({"method": "POST", "path": "/v1/fine-tuning/jobs", "request": 1, "fault": "reset-after"})
    cut_off.replace("params.yaml", "attempt: 1", "attempt: 2")
    cut_off.stage("submit", code=255)
    told = cut_off.python("-m", "finetune", "abandon", code=2)
    assert f"2 jobs have no id: {first[:16]} (anthropic, " in told and "choose one: --key" in told
    assert f"{first[:16]} is forgotten" in cut_off.python("-m", "finetune", "abandon", "--key", first[:6])
    assert len(jobs(cut_off)) == 1 and entry_key(cut_off) != first


def test_what_the_local_provider_has_is_neither_adopted_nor_recorded_otherwise(made: Project) -> None:
    model = made.read(MODEL_ID).strip()
    assert f"recorded before: {model}" in made.python("-m", "finetune", "record", "--model-id", model)
    told = made.python("-m", "finetune", "record", "--model-id", "local-extractor:ssi-lego-v1:00000000", code=2)
    assert f"{model} is recorded as the model of local-" in told
    (path,) = made.path("jobs").glob("*.json")
    entry = json.loads(path.read_text("utf-8"))
    job = entry["job_id"]
    path.write_text(json.dumps(entry | {"job_id": None}), encoding="utf-8")
    told = made.python("-m", "finetune", "adopt", "local-1", code=2)
    assert f"local has {job} for {entry['spec']['key'][:16]}; `make finetune` finds it" in told
    assert f"{job}: it is there, and is not forgotten" in made.python("-m", "finetune", "abandon", code=1)


def test_a_ledger_without_what_a_person_told_is_read_as_before(made: Project) -> None:
    (path,) = made.path("jobs").glob("*.json")
    entry = json.loads(path.read_text("utf-8"))
    entry.pop("told")
    path.write_text(json.dumps(entry), encoding="utf-8")
    assert Ledger(made.path("jobs")).entries()[0].told is None
    assert "nothing to do" in made.python("-m", "finetune", "make")
