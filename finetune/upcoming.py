"""What the next run would ask for, made in memory from the files as they are now."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from finetune.dataset.build import build
from finetune.dataset.chats import to_chat
from finetune.dataset.key import job_spec
from finetune.files.dvc import Paths
from finetune.files.params import read_params
from finetune.files.text import read_text
from finetune.files.truth import read_truth
from finetune.records.dataset import Chat
from finetune.records.params import Prepare, Submit
from finetune.records.upcoming import Upcoming


def upcoming(paths: Paths, params: Path) -> Upcoming:
    """`prepare` and `submit` in memory."""
    prepare, system = read_params(params, "prepare", Prepare), read_text(paths.prompt)
    truth = read_truth(paths.courses, paths.corrections, prepare.conflicts)
    dataset = build(truth.corrected, system, prepare, list[bytes])
    training, validation = (
        (str(paths.training / f"{side}.jsonl"), b"".join(dataset.lines[side])) for side in ("training", "validation")
    )
    spec = job_spec(training, validation, read_params(params, "submit", Submit))
    examples = [chats(dataset.lines[side]) for side in ("training", "validation")]
    return Upcoming(spec, examples[0], examples[1], truth.courses, system)


def chats(lines: Iterable[bytes]) -> list[Chat]:
    """What examples say, whatever shape they are written in."""
    return [chat for line in lines if (chat := to_chat(msgspec.json.decode(line)))]
