"""Say what the next job and its A/B test may cost, from low to high, before anything is paid for."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from finetune.answers import Answers
from finetune.errors import FinetuneError
from finetune.estimating import Known, estimate, within
from finetune.files.dvc import Paths, check_baseline, read_paths
from finetune.files.params import check_params, read_params
from finetune.files.record import read_record
from finetune.files.text import read_text
from finetune.ledger import Ledger
from finetune.providers import Provider, connect_in, names
from finetune.records.estimate import Estimate
from finetune.records.job import Job
from finetune.records.params import Predict, Submit
from finetune.reports.money import estimate_lines
from finetune.reports.program import note, say
from finetune.spending import call_seconds, spent
from finetune.starting import check_profile
from finetune.upcoming import upcoming

PARAMS = Path("params.yaml")


def reach(name: str, paths: Paths) -> Provider | None:
    """The provider; None where it is one of ours and cannot be reached, as without its key."""
    try:
        return connect_in(paths, name)
    except FinetuneError:
        if name not in names():
            raise
        return None


def made(paths: Paths, generation: int, key: str) -> str | None:
    """The model of this generation, if the job with this key made it."""
    job, model = (paths.testing / f"generation-{generation}-{name}" for name in ("job.json", "model-id.txt"))
    if not (job.exists() and model.exists()):
        return None
    return read_text(model) if read_record(job, Job, "run `dvc repro submit`").spec.key == key else None


def look() -> Estimate:
    """The estimate for this working directory."""
    generation, baseline = check_params(PARAMS)
    paths = read_paths()
    check_baseline(paths, baseline, read_params(PARAMS, "submit", Submit))
    job, submit = upcoming(paths, PARAMS), read_params(PARAMS, "submit", Submit)
    entry = Ledger(paths.jobs).read(job.spec.key)
    known = Known(
        started=bool(entry and entry.job_id),
        baseline=read_text(paths.testing / f"generation-{baseline}-model-id.txt"),
        candidate=made(paths, generation, job.spec.key),
        answers=Answers.copy(paths.store / "answers.sqlite"),
        call_seconds=call_seconds(spent(paths.jobs), submit.provider),
    )
    return estimate(job, submit, read_params(PARAMS, "predict", Predict), known, reach(submit.provider, paths))


def main(argv: Sequence[str]) -> int:
    """Exit code 0 also where `submit` would stop: this only tells."""
    parser = argparse.ArgumentParser(prog="finetune estimate", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the estimate as JSON")
    args = parser.parse_args(argv)
    found = look()
    if args.json:
        print(json.dumps(msgspec.to_builtins(found)))
        return 0
    for line in estimate_lines(found):
        say(line)
    try:
        if not found.training.known:
            fits()
        within(found)
    except FinetuneError as error:
        if not found.training.known:
            say(f"`make finetune` would stop before it submits: {error}")
        elif not found.is_free:
            note("the job is there already, so that submit.max_cost_usd stops nothing: the A/B test would be paid for")
    return 0


def fits() -> None:
    """FinetuneError where the provider takes files of another profile."""
    name = read_params(PARAMS, "submit", Submit).provider
    if provider := reach(name, read_paths()):
        check_profile(PARAMS, name, provider)
