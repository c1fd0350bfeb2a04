"""Holds what a revision recorded against its data: the key made again, the ledger, the model, and DVC's hashes."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from finetune.dataset.key import asked_in, key_of, sha256
from finetune.errors import FinetuneError, unusable
from finetune.files.dvc import Paths, read_paths
from finetune.files.params import read_numbers, read_yaml
from finetune.files.record import read_record
from finetune.ledger import Ledger
from finetune.records.job import Asked, Job, JobSpec, Model
from finetune.revisions import fetch

AGAIN = "restore it from Git, or run `make finetune`"
PATH = re.compile(r"\$\{paths\.(\w+)\}")


class Held(NamedTuple):
    """One thing that was held against another. `wrong` is empty where they agree; what was `skipped` says why."""

    what: str
    wrong: str = ""
    skipped: str = ""


def verify(revision: str, folder: Path) -> Iterator[Held]:
    """`folder` has the files of the revision as Git has them; outputs that only DVC has are put into it."""
    paths, number = read_paths(folder / "dvc.yaml"), read_numbers(folder / "params.yaml")[0]
    for entry in Ledger(folder / paths.jobs).entries():
        yield Held(f"{paths.jobs}/{entry.spec.key[:12]}…: its key", own_key(entry.spec))
    for path in sorted((folder / paths.testing).glob("generation-*-job.json")):
        job = read_record(path, Job, AGAIN)
        yield from hold_job(job, path.relative_to(folder), Ledger(folder / paths.jobs))
        yield from hold_model(revision, folder, paths, job, path.name.removesuffix("-job.json"))
        yield from hold_told(folder, paths, job, path.name.removesuffix("-job.json"))
    path = folder / paths.testing / f"generation-{number}-job.json"
    if path.exists():
        yield hold_data(folder, paths, read_record(path, Job, AGAIN))
    yield from hold_hashes(folder)


def own_key(spec: JobSpec) -> str:
    """Why a spec's key is not its own; empty where it is."""
    right = key_of(spec.training.sha256, spec.validation.sha256, asked_of(spec))
    return "" if right == spec.key else f"it says {spec.key[:12]}…, and what it asks for makes {right[:12]}…"


def asked_of(spec: JobSpec) -> Asked:
    return Asked(*(getattr(spec, name) for name in Asked.__struct_fields__))


def hold_job(job: Job, name: Path, ledger: Ledger) -> Iterator[Held]:
    yield Held(f"{name}: its key", own_key(job.spec))
    entry = ledger.read(job.spec.key)
    wrong = ""
    if entry is None:
        wrong = f"the ledger has no {job.spec.key[:12]}….json: commit {ledger.folder.name}/, or the job is not ours"
    elif (entry.job_id, entry.spec) != (job.job_id, job.spec):
        wrong = f"the ledger has {entry.job_id} for this key, not {job.job_id}, or asks for something else"
    yield Held(f"{name}: in the ledger", wrong)


def hold_model(revision: str, folder: Path, paths: Paths, job: Job, generation: str) -> Iterator[Held]:
    """The recorded id against the model that DVC keeps, and that against the job."""
    said = folder / paths.testing / f"{generation}-model-id.txt"
    what = f"{paths.testing / said.name}: the model of {job.job_id}"
    if not said.exists():
        yield Held(what, skipped="the job is not recorded yet")
        return
    try:
        model = read_record(fetch(revision, paths.models / generation, folder) / "model.json", Model, AGAIN)
    except FinetuneError as error:
        yield Held(what, skipped=error.what)
        return
    wrong = ""
    if (model_id := said.read_text(encoding="utf-8").strip()) != model.model_id:
        wrong = f"it says {model_id}, and the recorded model is {model.model_id}"
    elif model.job != job:
        wrong = f"the model was recorded for {model.job.job_id}, or for what that asked for then"
    yield Held(what, wrong)


def hold_told(folder: Path, paths: Paths, job: Job, generation: str) -> Iterator[Held]:
    """The recorded id against what a person told of the job, where one did."""
    said, entry = folder / paths.testing / f"{generation}-model-id.txt", Ledger(folder / paths.jobs).read(job.spec.key)
    if not (entry and entry.told and said.exists()):
        return
    recorded = said.read_text(encoding="utf-8").strip()
    wrong = (
        "" if recorded == entry.told.model_id else f"a person told {entry.told.model_id}, and {recorded} is recorded"
    )
    yield Held(f"{paths.testing / said.name}: what was told of {job.job_id}", wrong)


def hold_data(folder: Path, paths: Paths, job: Job) -> Held:
    """The key of the data and params that are there, against that of the job."""
    what = f"the data and params of the revision: the key of {job.job_id}"
    for side, recorded in prepared(folder, paths).items():
        if recorded != getattr(job.spec, side).sha256:
            return Held(
                what, f"its courses and corrections make another {side} file than the job was trained on: {AGAIN}"
            )
    asked = asked_of(job.spec)
    for name, now in asked_in(read_yaml(folder / "params.yaml").get("submit")).items():
        if now != getattr(asked, name):
            return Held(what, f"submit.{name} is {now!r} now, and was {getattr(asked, name)!r} for the job: {AGAIN}")
    return Held(what)


def prepared(folder: Path, paths: Paths) -> dict[str, str]:
    """The sha256 of both files, made again from the revision's courses and corrections by its own code."""
    stages = read_yaml(folder / "dvc.yaml").get("stages")
    command = stages["prepare"]["cmd"] if isinstance(stages, dict) else ""
    named = PATH.sub(lambda found: str(getattr(paths, found[1])), command).split()
    done = subprocess.run([sys.executable, *named[1:]], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise unusable("prepare", " ".join(done.stderr.split()) or f"exit code {done.returncode}", "mend what it names")
    return {
        side: sha256((folder / paths.training / f"{side}.jsonl").read_bytes()) for side in ("training", "validation")
    }


def hold_hashes(folder: Path) -> Iterator[Held]:
    """What DVC says of the files that stages made, against those that are there: in Git, or made again just now."""
    if not (folder / "dvc.lock").exists():
        yield Held("dvc.lock", skipped="there is none: nothing was made")
        return
    stages = read_yaml(folder / "dvc.lock").get("stages")
    for name, stage in stages.items() if isinstance(stages, dict) else ():
        for out in stage.get("outs", ()):
            path = folder / out["path"]
            if path.is_file():
                found = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
                wrong = (
                    "" if found == out["md5"] else f"it is not what the stage made ({found}, not {out['md5']}): {AGAIN}"
                )
                yield Held(f"dvc.lock: {name}: {out['path']}", wrong)
