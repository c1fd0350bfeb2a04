"""Writes into params.yaml which provider trains, and nothing else."""

import re
from pathlib import Path

from finetune.errors import unusable
from finetune.files.dvc import Paths
from finetune.files.params import read_numbers, read_params
from finetune.files.text import read_text
from finetune.files.writing import write
from finetune.records.params import Submit

LINE = re.compile(r"^(submit:[^\n]*\n(?:(?:[ ]+[^\n]*)?\n)*?[ ]+provider:[ ]*)[\w-]+", re.MULTILINE)


def choose_provider(params: Path, paths: Paths, name: str) -> list[Path]:
    """Set `submit.provider`, and generation 0's model where that is the baseline; the files that were changed.

    Every other byte of params.yaml stays, comments too.
    """
    submit = read_params(params, "submit", Submit)
    if name not in submit.providers:
        known = ", ".join(submit.providers)
        raise unusable("PROVIDER", f"unknown: {name}", f"known: {known}; another needs a section of submit.providers")
    changed = []
    if name != submit.provider:
        text, found = LINE.subn(lambda line: line[1] + name, params.read_text(encoding="utf-8"), count=1)
        if not found:
            raise unusable(f"{params}: submit.provider", "not on a line of its own", f"write `provider: {name}` there")
        write(params, text)
        changed.append(params)
    base, own = base_of(paths), submit.providers[name].base_model
    if read_numbers(params)[1] == 0 and not (base.exists() and read_text(base) == own):
        write(base, f"{own}\n")
        changed.append(base)
    return changed


def base_of(paths: Paths) -> Path:
    """Generation 0 is the base model."""
    return paths.testing / "generation-0-model-id.txt"
