"""What DVC calls the stage submit with."""

import re
from pathlib import Path

import yaml

from finetune.files.params import read_numbers


def arguments(root: Path) -> list[str]:
    """The arguments of scripts.submit, in a project."""
    pipeline = yaml.safe_load((root / "dvc.yaml").read_text("utf-8"))
    generation, baseline = read_numbers(root / "params.yaml")
    known = {f"paths.{name}": value for group in pipeline["vars"] for name, value in group["paths"].items()}
    known |= {"generation": str(generation), "baseline": str(baseline)}
    command = re.sub(r"\$\{([\w.]+)\}", lambda found: known[found[1]], pipeline["stages"]["submit"]["cmd"])
    return command.removeprefix("python -m scripts.submit ").split()
