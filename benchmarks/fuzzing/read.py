"""What has to hold of what people or their tools wrote, whatever is in it: it is read as a whole, or refused."""

import hashlib
import json
from pathlib import Path
from unittest.mock import patch

import msgspec

from benchmarks.fuzzing.case import Case
from benchmarks.fuzzing.linted import outputs
from benchmarks.fuzzing.originals import COURSES
from finetune.dataset.corrected import decide
from finetune.dataset.samples import chat
from finetune.files import profiles
from finetune.files.corrections import read_folder
from finetune.files.params import check_params
from finetune.files.reading import read_any
from finetune.lego.check import check
from finetune.linting import lint
from finetune.provenance import generations, origin_of
from finetune.records.profile import Scope
from finetune.statistics.score import course_result


def corrections(folder: Path, case: Case) -> None:
    """Each record of each file is a correction, or is left out with a reason; and all that is read can be written."""
    read = read_folder(folder)
    records = sum(map(records_in, (path for path in folder.iterdir() if path.name != "retractions.jsonl")))
    assert read.raw >= records, f"{records - read.raw} records are passed over"
    assert all(left.where.startswith(str(folder)) and left.reason for left in read.left_out)
    for line in read.said:
        assert line.where.startswith(str(folder))
        assert msgspec.json.decode(msgspec.json.encode(line.value), type=type(line.value)) == line.value
    if "retractions.jsonl" in case.files:
        assert len(read.retracted) + len(read.idle) == records_in(folder / "retractions.jsonl")
    for conflicts in ("latest", "majority", "exclude"):
        decide(COURSES, read.said, conflicts, read.retracted)


def records_in(path: Path) -> int:
    """Lines of JSON Lines that hold anything, or the parts of a list."""
    text = path.read_bytes().decode("utf-8-sig")
    if path.suffix == ".json" and text.lstrip().startswith("["):
        return len(json.loads(text))
    return sum(bool(line.strip()) for line in text.split("\n"))


def courses(folder: Path, case: Case) -> None:
    """Each line of a course file is a seed; and what is read can be checked, scored and written."""
    found = read_any(folder)
    for seeds in found.values():
        wrong = check(seeds)
        assert msgspec.json.encode((seeds, wrong, course_result(seeds, wrong)))
        assert all(str(one) for one in wrong)
    lines = sum(map(records_in, folder.glob("*.jsonl")))
    assert not lines or sum(map(len, found.values())) == lines


def params(folder: Path, case: Case) -> None:
    number, baseline = check_params(folder / "params.yaml")
    assert 0 <= baseline < number


def profile(folder: Path, case: Case) -> None:
    """A profile is refused, or a file can be held against it."""
    with patch.object(profiles, "FOLDER", folder):
        found = profiles.read_profile("own")
    sample = folder / "sample.jsonl"
    sample.write_text(chat() + "\n" + '{"messages": [{"role": 7, "content": [{"type": []}]}], "system": null}\n')
    outputs(lint({"training": sample}, Scope(found)))


def provenance(folder: Path, case: Case) -> None:
    """A line is found by its place, or it is said why not. So are the histories of generations."""
    generations(folder)
    found, raw = origin_of(f"{folder}/{case.place}")
    assert found.sha256 == hashlib.sha256(raw).hexdigest() and raw in (folder / "training.jsonl").read_bytes()
