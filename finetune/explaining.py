"""What our own check says of the lines that a provider names when a job fails."""

import re
from collections.abc import Iterator
from pathlib import Path

from finetune.dataset.key import sha256
from finetune.errors import FinetuneError
from finetune.files.profiles import read_profile
from finetune.records.job import DataFile, JobSpec
from finetune.records.profile import Scope

MOST = 5


def own_findings(reason: str, spec: JobSpec, profile: str) -> Iterator[str]:
    """Of each line of the job's files that the reason names as `file:line`: what the linter finds there, and what tells
    where it comes from. Nothing where the files are not those of the job any more."""
    named = [
        (file.path, int(number))
        for file in (spec.training, spec.validation)
        for number in re.findall(rf"{re.escape(file.path)}:(\d{{1,9}})", reason)
    ]
    if not named or not all(map(is_the_same, (spec.training, spec.validation))):
        return
    from finetune.linting import lint

    try:
        paths = {"training": Path(spec.training.path), "validation": Path(spec.validation.path)}
        linted = lint(paths, Scope(read_profile(profile), lego=True))  # type: ignore[arg-type]
    except FinetuneError as error:
        yield f"our own check could not look: {error}"
        return
    for path, line in dict.fromkeys(named[:MOST]):
        found = [str(one) for one in linted.findings if (one.file, one.line) == (path, line)]
        yield from found or [f"{path}:{line}: our own check finds nothing wrong there"]
        yield f"`python -m finetune explain {path}:{line}` tells where the line comes from"


def is_the_same(file: DataFile) -> bool:
    """Whether a file is there, and as the job got it: hours have passed."""
    return Path(file.path).exists() and sha256(Path(file.path).read_bytes()) == file.sha256
