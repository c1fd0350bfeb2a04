"""Where lines come from and where corrections went: the sidecar of a dataset, and the histories of generations."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from finetune.errors import FinetuneError, unusable
from finetune.files.jsonl import each_record, read_records
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
    digest = sha256_of(raw)
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


def with_origins(findings: Sequence[DatasetFinding], say: Callable[[str], None]) -> list[DatasetFinding]:
    """The findings; contradictions with who corrected what and when, where the file has its sidecar beside it.

    A line is known by its bytes, since the file may have been edited. `say` is told of a sidecar that cannot be read.
    """
    named = dict.fromkeys(place for one in findings if one.rule == "contradiction" for place in one.lines)
    folders: dict[Path, dict[str, str]] = {}
    for file, places in by_file(named).items():
        if (file.parent / SIDECAR).exists():
            folders.setdefault(file.parent, {}).update(digests_of(file, places))
    known: dict[str, Provenance] = {}
    for folder, digests in folders.items():
        try:
            known |= origins_of(folder / SIDECAR, digests)
        except (FinetuneError, OSError) as error:
            say(f"nobody is named who corrected the lines of contradictions: {error}")
    return [told(one, known) for one in findings]


def by_file(places: Iterable[str]) -> dict[Path, dict[int, str]]:
    """The places `FILE:LINE` by their files and lines."""
    found: dict[Path, dict[int, str]] = {}
    for place in places:
        name, _, number = place.rpartition(":")
        found.setdefault(Path(name), {})[int(number)] = place
    return found


def digests_of(file: Path, places: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Each place with the digest of its line."""
    with file.open("rb") as lines:
        for number, line in enumerate(islice(lines, max(places)), start=1):
            if number in places:
                yield places[number], sha256_of(line.removesuffix(b"\n"))


def sha256_of(line: bytes) -> str:
    from hashlib import sha256

    return sha256(line).hexdigest()


def origins_of(sidecar: Path, digests: Mapping[str, str]) -> dict[str, Provenance]:
    """What is known of each of these places; of equal lines, what is known of the first."""
    wanted, known = set(digests.values()), dict[str, Provenance]()
    for line in each_record(sidecar, Provenance):
        if line.value.sha256 in wanted:
            known.setdefault(line.value.sha256, line.value)
    return {place: known[digest] for place, digest in digests.items() if digest in known}


def told(finding: DatasetFinding, known: Mapping[str, Provenance]) -> DatasetFinding:
    if finding.rule != "contradiction" or not any(place in known for place in finding.lines):
        return finding
    origins = [
        f"{Path(name).stem}:{number} is {', '.join(map(str, known[place].corrections)) or 'as it was generated'}"
        for place in finding.lines
        for name, _, number in [place.rpartition(":")]
        if place in known
    ]
    return msgspec.structs.replace(finding, message="; ".join([finding.message, *origins]))
