"""Reads the project's paths, which stand in dvc.yaml once."""

from pathlib import Path

import msgspec

from finetune.errors import unusable
from finetune.files.params import read_yaml


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


def read_paths(path: Path = Path("dvc.yaml")) -> Paths:
    variables = read_yaml(path).get("vars")
    groups = [group for group in variables if isinstance(group, dict)] if isinstance(variables, list) else []
    paths = next((group["paths"] for group in groups if "paths" in group), None)
    try:
        return msgspec.convert(paths, Paths, dec_hook=lambda of, value: of(value))
    except msgspec.ValidationError as error:
        raise unusable(f"{path}: vars.paths", str(error), f"it holds {', '.join(Paths.__struct_fields__)}") from None
