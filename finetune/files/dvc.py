"""Reads the project's paths, which stand in dvc.yaml once."""

from pathlib import Path

import msgspec

from finetune.errors import unusable
from finetune.files.params import read_yaml
from finetune.files.record import read_record
from finetune.files.text import read_text
from finetune.records.job import Job
from finetune.records.params import Submit


class Paths(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`vars.paths` of dvc.yaml. `jobs` is the ledger, `store` is this machine's own and in no history."""

    courses: Path
    corrections: Path
    prompt: Path
    training: Path
    testing: Path
    jobs: Path
    models: Path
    reports: Path
    store: Path


def check_baseline(paths: Paths, baseline: int, submit: Submit) -> None:
    """Refuse a baseline that was never made here, or by another provider, before anything is paid for: what `predict`
    and `evaluate` read of it is in Git."""
    names = [f"generation-{baseline}-{what}" for what in ("model-id.txt", "history.json")]
    if missing := [name for name in names if not (paths.testing / name).exists()]:
        made = sorted(int(path.name.split("-")[1]) for path in paths.testing.glob("generation-*-history.json"))
        raise unusable(
            "params.yaml: baseline",
            f"generation {baseline} is not made here: no {paths.testing / missing[0]}",
            f"name one that is ({', '.join(map(str, made)) or 'none'}), or bring it: `git merge gen-{baseline}`",
        )
    model, job = (paths.testing / f"generation-{baseline}-{what}" for what in ("model-id.txt", "job.json"))
    if baseline == 0 and (own := read_text(model)) != submit.base_model:
        what = f"it says {own}, and {submit.provider} would tune {submit.base_model}"
        raise unusable(str(model), what, f"`make finetune PROVIDER={submit.provider}` writes it")
    if baseline and job.exists() and (by := read_record(job, Job, "restore it").spec.provider) != submit.provider:
        what = f"generation {baseline} was made by {by}: {submit.provider} cannot ask its model"
        raise unusable("params.yaml: baseline", what, f"set it to one of {submit.provider}, or to 0")


def read_paths(path: Path = Path("dvc.yaml")) -> Paths:
    variables = read_yaml(path).get("vars")
    groups = [group for group in variables if isinstance(group, dict)] if isinstance(variables, list) else []
    paths = next((group["paths"] for group in groups if "paths" in group), None)
    try:
        return msgspec.convert(paths, Paths, dec_hook=lambda of, value: of(value))
    except msgspec.ValidationError as error:
        raise unusable(f"{path}: vars.paths", str(error), f"it holds {', '.join(Paths.__struct_fields__)}") from None
