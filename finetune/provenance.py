"""Where lines come from and where corrections went: the sidecar of a dataset, and the histories of generations."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from finetune.errors import unusable
from finetune.files.jsonl import read_records
from finetune.files.record import read_record
from finetune.records.comparison import Generation
from finetune.records.finding import DatasetFinding
from finetune.records.provenance import Provenance

SIDECAR = "provenance.jsonl"
LINE = re.compile("[1-9][0-9]{0,17}")


def read_provenance(folder: Path) -> list[Provenance]:
    """What is known of the lines of a folder's files."""
    path = folder / SIDECAR
    if not path.exists():
        raise unusable(str(path), "no such file", "`dvc repro prepare` writes it, beside the files")
    return [line.value for line in read_records(path, Provenance)]


def origin_of(place: str) -> tuple[Provenance, bytes]:
    """The provenance of `FILE:LINE`, found by the line's bytes, and these."""
    name, _, number = place.rpartition(":")
    if not name or not LINE.fullmatch(number):
        raise unusable(place, "no place in a file", "write FILE:LINE, like training.jsonl:7")
    path = Path(name)
    try:
        with path.open("rb") as file:
            raw = next((line for at, line in enumerate(file, start=1) if at == int(number)), None)
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError | IsADirectoryError | NotADirectoryError)
        what = "no such file" if missing else f"it cannot be read ({error})"
        raise unusable(name, what, "name a training or validation file") from None
    if raw is None:
        raise unusable(place, "the file has no such line", "name one that it has")
    raw = raw.removesuffix(b"\n")
    digest = hashlib.sha256(raw).hexdigest()
    for one in read_provenance(path.parent):
        if one.sha256 == digest:
            return one, raw
    if path.name.startswith("preferences-"):
        right = "explain the line of the same seed in the training or validation file: its corrections made the pair"
        raise unusable(place, "pairs of answers have no provenance of their own", right)
    raise unusable(place, f"{path.parent / SIDECAR} does not know this line", "it was edited, or is of another dataset")


def used(path: Path) -> tuple[str, ...]:
    """The corrections that the answers of the training side rest on, sorted."""
    lines = (line.value for line in read_records(path, Provenance))
    return tuple(sorted({one.correction for line in lines if line.side == "training" for one in line.corrections}))


def generations(testing: Path) -> list[Generation]:
    """Every generation that a history here tells of, by its number; a later telling counts."""
    found: dict[int, Generation] = {}
    for path in sorted(testing.glob("generation-*-history.json")):
        for entry in read_record(path, list[Generation], "run `dvc repro --force evaluate`"):
            found[entry.generation] = entry
    return [found[number] for number in sorted(found)]


def with_origins(findings: list[DatasetFinding]) -> Iterator[DatasetFinding]:
    """Contradictions with who corrected what and when, where the file has its sidecar beside it."""
    known: dict[Path, dict[str, Provenance]] = {}
    for finding in findings:
        folder = Path(finding.file).parent
        if finding.rule != "contradiction" or not (folder / SIDECAR).exists():
            yield finding
            continue
        if folder not in known:
            known[folder] = {f"{one.side}:{one.line}": one for one in read_provenance(folder)}
        names = [f"{Path(place.rpartition(':')[0]).stem}:{place.rpartition(':')[2]}" for place in finding.lines]
        told = [
            f"{name} is {', '.join(map(str, one.corrections)) or 'as it was generated'}"
            for name in names
            if (one := known[folder].get(name))
        ]
        yield msgspec.structs.replace(finding, message="; ".join([finding.message, *told]))
