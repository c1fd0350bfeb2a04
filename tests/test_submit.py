"""The stage submit: a job is started once, whatever is forced, deleted, reverted or cut off."""

import hashlib
import json
import math
import multiprocessing
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
import yaml

from finetune.dataset.key import job_key
from finetune.dataset.shapes import shapes_for
from finetune.errors import FinetuneError
from finetune.estimating import within
from finetune.files.params import check_params, read_params
from finetune.files.profiles import read_profile
from finetune.ledger import Ledger
from finetune.providers import connect
from finetune.records.asking import Asking
from finetune.records.dataset import Message
from finetune.records.estimate import Estimate, Training
from finetune.records.job import DataFile, Entry, Job, JobSpec, JobState
from finetune.records.params import Submit
from finetune.records.price import NONE, Price, Range
from finetune.spending import spent
from finetune.starting import check_profile
from finetune.submission import submit_once
from tests.conftest import SKILL, TESTING, TRAINING, Project
from tests.emulated import KEY, Emulator
from tests.imports import ROOT

FILE = DataFile("training.jsonl", "0" * 64, 32)
SPEC = JobSpec("a" * 64, "counting", "model", "suffix", {"epochs": 3}, 1, FILE, FILE)
JOB = TESTING / "generation-1-job.json"


class Counting:
    """A provider that keeps its jobs in a folder and counts them; it can be cut off before or after it takes one."""

    poll_seconds, settle_seconds, patience_seconds, answers_at_once = 0.0, 0.0, 0.0, 1

    def __init__(self, folder: Path, cut_off: str = "") -> None:
        self.folder, self.cut_off = folder, cut_off

    def check(self, spec: JobSpec) -> Sequence[str]:
        return ()

    def submit(self, spec: JobSpec) -> str:
        if self.cut_off == "before":
            raise KeyboardInterrupt
        number = len(list(self.folder.iterdir())) + 1
        (self.folder / f"job-{number}").write_text(spec.key)
        if self.cut_off == "after":
            raise KeyboardInterrupt
        return f"job-{number}"

    def find(self, key: str) -> str | None:
        return next((path.name for path in self.folder.iterdir() if path.read_text() == key), None)

    def get(self, job: Job) -> JobState:
        return JobState("queued")

    def resume(self, job: Job) -> None: ...

    def cancel(self, job: Job) -> JobState:
        return JobState("cancelled")

    def complete(self, model: str, messages: Sequence[Message]) -> str:
        raise NotImplementedError

    def settings(self, model: str) -> str:
        return ""


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    (tmp_path / "remote").mkdir()
    return tmp_path / "remote"


def too_dear() -> None:
    raise FinetuneError("max_cost_usd", "too dear")


def submit(
    tmp_path: Path, remote: Path, cut_off: str = "", afford: Callable[[], None] = lambda: None
) -> tuple[Job, str]:
    provider = Counting(remote, cut_off)
    return submit_once(SPEC, Ledger(tmp_path / "jobs"), provider, lambda: "2026-10-05T09:00:00+00:00", afford)


def submit_in_a_process(tmp_path: Path, remote: Path) -> None:
    submit(tmp_path, remote)


def test_a_job_is_submitted_once_and_then_known(tmp_path: Path, remote: Path) -> None:
    assert submit(tmp_path, remote) == (Job("job-1", SPEC), "submitted")
    assert submit(tmp_path, remote) == (Job("job-1", SPEC), "known")
    assert len(list(remote.iterdir())) == 1


def test_the_intent_is_on_disk_before_anything_is_sent(tmp_path: Path, remote: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        submit(tmp_path, remote, cut_off="before")
    entry = Ledger(tmp_path / "jobs").read(SPEC.key)
    assert entry == Entry(SPEC, "2026-10-05T09:00:00+00:00", None, None)


@pytest.mark.parametrize(("cut_off", "how"), [("before", "submitted"), ("after", "found")])
def test_a_submission_that_was_cut_off_ends_in_one_job(tmp_path: Path, remote: Path, cut_off: str, how: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        submit(tmp_path, remote, cut_off)
    assert submit(tmp_path, remote) == (Job("job-1", SPEC), how)
    assert len(list(remote.iterdir())) == 1


def test_a_job_that_another_clone_started_is_found_and_recorded(tmp_path: Path, remote: Path) -> None:
    submit(tmp_path / "first clone", remote)
    assert submit(tmp_path / "second clone", remote) == (Job("job-1", SPEC), "found")
    entry = Ledger(tmp_path / "second clone/jobs").read(SPEC.key)
    assert entry and entry.job_id == "job-1"


def test_a_job_that_is_too_dear_is_neither_intended_nor_sent(tmp_path: Path, remote: Path) -> None:
    with pytest.raises(FinetuneError, match="too dear"):
        submit(tmp_path, remote, afford=too_dear)
    assert not list(remote.iterdir())
    assert Ledger(tmp_path / "jobs").entries() == []


def test_a_job_that_was_started_before_is_not_held_against_the_limit(tmp_path: Path, remote: Path) -> None:
    submit(tmp_path / "first clone", remote)
    assert submit(tmp_path / "first clone", remote, afford=too_dear) == (Job("job-1", SPEC), "known")
    assert submit(tmp_path / "second clone", remote, afford=too_dear) == (Job("job-1", SPEC), "found")


def test_a_submission_that_was_cut_off_before_it_was_sent_is_held_against_the_limit(
    tmp_path: Path, remote: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        submit(tmp_path, remote, cut_off="before")
    with pytest.raises(FinetuneError, match="too dear"):
        submit(tmp_path, remote, afford=too_dear)
    assert not list(remote.iterdir())


def test_two_processes_at_once_start_one_job(tmp_path: Path, remote: Path) -> None:
    processes = [multiprocessing.Process(target=submit_in_a_process, args=(tmp_path, remote)) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert len(list(remote.iterdir())) == 1


def test_a_damaged_ledger_entry_stops_before_anything_is_sent(tmp_path: Path, remote: Path) -> None:
    ledger = Ledger(tmp_path / "jobs")
    ledger.folder.mkdir()
    ledger.path(SPEC.key).write_text("<<<<<<< HEAD")
    with pytest.raises(FinetuneError, match=r"not a ledger entry.*restore it from Git"):
        submit(tmp_path, remote)
    assert not list(remote.iterdir())


def params_of(hyperparameters: dict[str, float]) -> Submit:
    return Submit("local", "suffix", 1, {"local": Asking("local-extractor", hyperparameters)}, None)


def test_the_key_changes_with_each_file_and_each_param() -> None:
    params = params_of({"epochs": 3, "seed": 1})
    keys = {
        job_key(b"a", b"b", params),
        job_key(b"b", b"a", params),
        job_key(b"ab", b"", params),
        job_key(b"a", b"b", msgspec.structs.replace(params, attempt=2)),
        job_key(b"a", b"b", msgspec.structs.replace(params, suffix="other")),
        job_key(b"a", b"b", params_of({"epochs": 4, "seed": 1})),
    }
    assert len(keys) == 6
    reordered = params_of({"seed": 1, "epochs": 3})
    assert job_key(b"a", b"b", params) == job_key(b"a", b"b", reordered)


def test_the_key_is_the_same_whatever_it_may_cost_and_as_it_was_before_prices_were_params() -> None:
    params = params_of({"epochs": 3, "seed": 1})
    dearer = msgspec.structs.replace(params, max_cost_usd=1, prices={"local-extractor": Price(training=2)})
    before = b'{"provider":"local","base_model":"local-extractor","suffix":"suffix",'
    before += b'"hyperparameters":{"epochs":3,"seed":1},"attempt":1}'
    files = [hashlib.sha256(data).hexdigest().encode() for data in (b"a", b"b")]
    key = hashlib.sha256(b"\n".join([*files, before])).hexdigest()
    assert job_key(b"a", b"b", params) == job_key(b"a", b"b", dearer) == key


def test_our_params_make_the_recorded_key(generation_one: Project) -> None:
    files = [generation_one.path(TRAINING / f"{side}.jsonl").read_bytes() for side in ("training", "validation")]
    params = read_params(generation_one.path("params.yaml"), "submit", Submit)
    (entry,) = Ledger(generation_one.path("jobs")).entries()
    assert entry.spec.key == job_key(files[0], files[1], params)
    assert json.loads(generation_one.read(JOB)) == {
        "job_id": entry.job_id,
        "spec": msgspec.to_builtins(entry.spec),
    }


def jobs(project: Project) -> list[str]:
    return sorted(path.name for path in project.path("jobs").glob("*.json"))


def test_force_and_a_deleted_lock_and_a_reverted_param_submit_nothing(made: Project) -> None:
    (first,) = jobs(made)
    assert "in the ledger already: nothing was sent" in made.run("dvc", "repro", "--force", "--single-item", "submit")
    made.path("dvc.lock").unlink()
    assert "in the ledger already: nothing was sent" in made.stage("submit")
    made.replace("params.yaml", "attempt: 1", "attempt: 2")
    assert "submitted just now" in made.stage("submit")
    made.replace("params.yaml", "attempt: 2", "attempt: 1")
    told = made.stage("submit")
    assert "submitted just now" not in told
    assert len(jobs(made)) == 2 and first in jobs(made)
    assert json.loads(made.read(JOB))["spec"]["key"] == first.removesuffix(".json")


def test_a_param_of_another_provider_is_refused_before_the_intent(project: Project) -> None:
    project.replace("params.yaml", "provider: local", "provider: lokal")
    assert "submit.provider: unknown: lokal; known: local" in project.stage("submit", code=255)
    assert jobs(project) == []


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("base_model: local-extractor", "base_model: gpt", "local.base_model: unknown: gpt; known: local-extractor"),
        ("    epochs: 8", "    epochs: many", "Expected `float`, got `str` - at `$.hyperparameters[...]`"),
        (
            "    epochs: 8",
            "    epoch: 8",
            "local.hyperparameters: Object contains unknown field `epoch`; known: epochs,",
        ),
        ("    epochs: 8", "    epochs: 0", "local.hyperparameters: Expected `int` >= 1 - at `$.epochs`"),
        ("    epochs: 8", "    epochs: 8\n        lr: 1", "local.hyperparameters: Object contains unknown field `lr`"),
        ("suffix: ssi-lego-v1", "suffix: SSI lego/v1", "$.suffix"),
    ],
)
def test_a_wrong_value_of_the_job_is_named(project: Project, old: str, new: str, wrong: str) -> None:
    project.replace("params.yaml", old, new)
    assert wrong in project.stage("submit", code=255)
    assert not project.path(SKILL / "testing/generation-1-job.json").exists()
    assert jobs(project) == [], "nothing was intended"


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    running = Emulator(tmp_path / "emulator")
    yield running
    running.stop()


def test_files_that_are_held_against_another_provider_s_profile_are_not_sent_to_this_one(
    project: Project, emulator: Emulator
) -> None:
    project.environment |= {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": emulator.url}
    project.replace("params.yaml", "provider: local", "provider: anthropic")
    project.path(TESTING / "generation-0-model-id.txt").write_text("claude-sonnet-4-5\n", encoding="utf-8")
    project.replace("params.yaml", "max_cost_usd: 50", "max_cost_usd: null")
    project.replace("params.yaml", "format: anthropic", "format: openai")
    project.replace("params.yaml", "profile: anthropic", "profile: openai")
    wrong = "params.yaml: validate.profile: openai, so the files are not known to be what anthropic takes (anthropic)"
    right = "set validate.profile: anthropic and prepare.format: anthropic, or choose another provider"
    told = project.stage("submit", code=255)
    assert "profile openai: 0 errors" in told and f"{wrong}; nothing was sent; {right}" in told
    assert f"would stop before it submits: {wrong}" in project.python("-m", "finetune", "estimate")
    for command in (("dataset", "create"), ("job", "create")):
        assert right in project.python("-m", "finetune", *command, code=2)
    counts = emulator.counts()
    assert (counts["datasets"], counts["jobs"]) == (0, 0) and nothing_was_sent(project)


def test_a_profile_is_met_by_the_shapes_that_have_its_keys_and_its_system_prompt() -> None:
    met = {name: shapes_for(read_profile(name)) for name in ("anthropic", "bedrock", "openai")}
    assert met == {"anthropic": ["anthropic"], "bedrock": ["anthropic"], "openai": ["openai"]}


@pytest.mark.parametrize(("name", "profile"), [("local", "openai"), ("manual", "together"), ("anthropic", "anthropic")])
def test_a_provider_that_takes_any_shape_or_that_of_the_profile_is_not_refused(
    tmp_path: Path, name: str, profile: str
) -> None:
    path, text = tmp_path / "params.yaml", (ROOT / "params.yaml").read_text("utf-8")
    path.write_text(text.replace("profile: anthropic", f"profile: {profile}"), encoding="utf-8")
    check_profile(path, name, connect(name, tmp_path, tmp_path))


FREE = "      training: 0 # each token, in each epoch"
DEAR = "      training: 10 # each token, in each epoch"


def nothing_was_sent(project: Project) -> bool:
    paths = [project.path(name) for name in (".finetune/local", "jobs/spend.jsonl", JOB)]
    return not jobs(project) and not any(path.exists() for path in paths)


def test_a_job_that_may_cost_more_than_the_limit_stops_before_anything_is_sent(project: Project) -> None:
    project.replace("params.yaml", FREE, DEAR)
    project.replace("params.yaml", "max_cost_usd: 50", "max_cost_usd: 0.0001")
    told = project.stage("submit", code=255)
    high = re.search(r"submit\.max_cost_usd: the job and its A/B test may cost up to ([\d.]+) USD", told)
    assert high and f" to {float(high[1]):.2f} USD" in told
    assert "more than 0.0001; nothing was sent; raise it if that is what you want to pay" in told
    assert nothing_was_sent(project)
    project.replace("params.yaml", "max_cost_usd: 0.0001", f"max_cost_usd: {float(high[1]) + 1}")
    assert "submitted just now" in project.stage("submit")
    (line,) = spent(project.path("jobs"))
    assert line.usd and 0 < line.usd.low < line.usd.high <= float(high[1]) + 0.01
    assert line.usd.high == pytest.approx(line.input_tokens.high * 10 / 1e6, abs=1e-4)


def test_the_stage_itself_ends_with_1_and_asks_nothing(project: Project) -> None:
    project.stage("validate")
    project.replace("params.yaml", FREE, DEAR)
    project.replace("params.yaml", "max_cost_usd: 50", "max_cost_usd: 0")
    resolved = project.python("-c", RESOLVE)
    assert "nothing was sent" in project.run("bash", "-c", resolved, code=1)


def test_make_ends_with_1_where_a_stage_stops_whatever_dvc_ends_with(project: Project) -> None:
    project.replace("params.yaml", FREE, DEAR)
    project.replace("params.yaml", "max_cost_usd: 50", "max_cost_usd: 0")
    assert "more than 0; nothing was sent" in project.python("-m", "finetune", "make", code=1)


RESOLVE = """
from dvc.repo import Repo
print(next(stage.cmd for stage in Repo().index.stages if stage.name == "submit"))
"""


def test_an_unknown_price_stops_where_there_is_a_limit_and_is_written_down_as_unknown_where_there_is_none(
    project: Project,
) -> None:
    project.replace("params.yaml", f"{FREE}\n", "")
    told = project.stage("submit", code=255)
    assert "price of the job and its A/B test: unknown" in told
    assert "no price to hold against 50 USD: submit.prices.local-extractor.training not known; nothing was sent" in told
    assert "write that into params.yaml, in USD per million tokens" in told
    assert nothing_was_sent(project)
    project.replace("params.yaml", "max_cost_usd: 50", "max_cost_usd: null")
    assert "submitted just now" in project.stage("submit")
    (line,) = spent(project.path("jobs"))
    assert line.usd is None


def test_a_job_that_is_in_the_ledger_is_not_stopped_and_a_new_price_is_no_new_job(made: Project) -> None:
    before = jobs(made)
    made.replace("params.yaml", FREE, DEAR)
    made.replace("params.yaml", "max_cost_usd: 50", "max_cost_usd: 0")
    assert "in the ledger already: nothing was sent" in made.stage("submit")
    assert jobs(made) == before
    assert "prices" not in made.read(TESTING / "generation-1-history.json")
    assert "nothing to do" in made.python("-m", "finetune", "make"), "and no figure depends on a price"


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        (
            FREE,
            "      trainning: 0",
            "params.yaml: submit.prices.local-extractor: unknown: trainning; known here: training,",
        ),
        (FREE, "      training: -1", "params.yaml: submit.prices.local-extractor: Expected `float` >= 0"),
        (
            FREE,
            "      training: free",
            "params.yaml: submit.prices.local-extractor: Expected `float | null`, got `str`",
        ),
        ("max_cost_usd: 50", "max_cost_usd: -1", "params.yaml: submit: Expected `float` >= 0.0 - at `$.max_cost_usd`"),
    ],
)
def test_a_wrong_price_is_named(project: Project, old: str, new: str, wrong: str) -> None:
    project.replace("params.yaml", old, new)
    assert wrong in project.python("-m", "finetune", "estimate", code=2)


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        (
            "        epochs: 8",
            "        epochs: .nan",
            "submit.providers.local.hyperparameters.epochs: not a finite number: nan",
        ),
        ("max_cost_usd: 50", "max_cost_usd: .inf", "submit.max_cost_usd: not a finite number: inf"),
        (FREE, "      training: -.INF", "submit.prices.local-extractor.training: not a finite number: -inf"),
        (
            "answers_at_once: 4",
            "answers_at_once: [1, .NaN]",
            "submit.providers.anthropic.connection.answers_at_once[1]: not",
        ),
        ("alpha: 0.05", "alpha: !!float 1.0e+999", "evaluate.alpha: not a finite number: inf"),
        ("generation: 1 ", ".inf: 1 ", "inf: not a finite number: inf"),
    ],
)
def test_a_number_that_is_not_finite_is_refused_with_its_place_wherever_it_stands(
    tmp_path: Path, old: str, new: str, at: str
) -> None:
    path, text = tmp_path / "params.yaml", (ROOT / "params.yaml").read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(FinetuneError) as told:
        check_params(path)
    assert str(told.value).startswith(f"{path}: {at}") and told.value.exit_code == 2


def test_a_job_of_epochs_that_are_no_number_is_neither_intended_nor_sent(project: Project) -> None:
    project.replace("params.yaml", "    epochs: 8", "    epochs: .nan")
    assert "hyperparameters.epochs: not a finite number: nan" in project.stage("submit", code=255)
    assert nothing_was_sent(project)


@pytest.mark.parametrize(
    ("limit", "right"), [("1e9", "1000000000"), ("'0.5'", "0.5"), ("2e-1", "0.2"), ("3e40", "3.0e+40")]
)
def test_a_number_that_is_a_text_to_yaml_is_refused_with_what_to_write(tmp_path: Path, limit: str, right: str) -> None:
    path, text = tmp_path / "params.yaml", (ROOT / "params.yaml").read_text("utf-8")
    path.write_text(text.replace("max_cost_usd: 50", f"max_cost_usd: {limit}"), encoding="utf-8")
    with pytest.raises(FinetuneError, match=rf"got `str` .*; to YAML .* is a text: write {re.escape(right)}$"):
        check_params(path)
    assert yaml.safe_load(right) == float(limit.strip("'")), "which is the number that was meant"


@pytest.mark.parametrize("high", [math.nan, math.inf, 50.1])
def test_a_price_that_is_not_known_to_be_within_the_limit_is_above_it(high: float) -> None:
    free = Training("m", 1, NONE, NONE, NONE, "estimated", NONE, known=False)
    found = Estimate(free, (), Range(0, high), "direct", 1, (), (), None, 50)
    with pytest.raises(FinetuneError, match="more than 50; nothing was sent"):
        within(found)
    within(msgspec.structs.replace(found, usd=Range(0, 50)))
