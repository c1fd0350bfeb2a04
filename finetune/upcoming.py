"""What the next run would ask for, made in memory from the files as they are now."""

from pathlib import Path

from finetune.dataset.build import build
from finetune.dataset.corrected import correct
from finetune.dataset.key import job_spec
from finetune.files.corrections import read_corrections
from finetune.files.courses import read_courses
from finetune.files.dvc import Paths
from finetune.files.jsonl import dump
from finetune.files.params import read_params
from finetune.files.text import read_text
from finetune.records.params import Prepare, Submit
from finetune.records.upcoming import Upcoming


def upcoming(paths: Paths, params: Path) -> Upcoming:
    """`prepare` and `submit` in memory, from the files as they are now."""
    truth, system = correct(read_courses(paths.courses), read_corrections(paths.corrections)), read_text(paths.prompt)
    examples = build(truth, system, read_params(params, "prepare", Prepare)).examples
    training, validation = (
        (str(paths.training / f"{side}.jsonl"), "".join(map(dump, examples[side])).encode())
        for side in ("training", "validation")
    )
    spec = job_spec(training, validation, read_params(params, "submit", Submit))
    return Upcoming(spec, examples["training"], examples["validation"], truth, system)
