"""The programs that are compared: what each does, how it is called, and which lines it says are wrong."""

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.scale.plant import DEFECTS, Places

ROOT = Path(__file__).parents[2]
MADE = ("training.jsonl", "validation.jsonl")
WRITTEN = (*MADE, "provenance.jsonl")


class Program(NamedTuple):
    """`make` are the words that write both files, and where each line comes from, none where it does not; `check` check
    both files.

    {python} is the interpreter that has `package`; {training} and {validation} are the files. `read` turns what the
    check prints into defect -> lines; None: it prints how many problems each pair of files has, and is tried on one
    defect at a time. `without` is what it leaves out; `timed_on` the folder of the files that it is timed on.
    """

    does: str
    make: Sequence[str]
    check: Sequence[str]
    read: Callable[[str], Places] | None
    package: str = ""
    without: str = ""
    timed_on: str = "planted"


def read_ours(said: str) -> Places:
    """The linter's findings as defect -> lines."""
    found: Places = {}
    for one in json.loads(said)["findings"]:
        side = Path(one["file"]).stem.removeprefix("planted-")
        found.setdefault(one["rule"], []).append(f"{side}:{one['line']}")
    return found


def read_places(said: str) -> Places:
    found: Places = json.loads(said)
    return found


def prepare() -> list[str]:
    """The command of the pipeline's first stage, as dvc.yaml has it, with paths of its own."""
    import yaml

    stages: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    words = str(stages["prepare"]["cmd"]).split()
    named = {"${paths.courses}": "courses", "${paths.corrections}": "corrections", "${paths.prompt}": "prompt.md"}
    given = [re.sub(r"\$\{paths\.training\}/", "{made}/", named.get(word, word)) for word in words[1:]]
    return ["{python}", *given]


RAW = ("courses", "corrections", "prompt.md")
FILES = ("{training}", "{validation}")
OWN = ("{python}", "-m")
PROGRAMS = {
    "ours": Program(
        "makes the lines, provenance and metrics; all rules, of which the ten are some",
        prepare(),
        (*OWN, "finetune", "lint", *FILES, "--json"),
        read_ours,
    ),
    "ours-ten": Program(
        "the same lines; the ten rules alone (--only)",
        (),
        (*OWN, "finetune", "lint", *FILES, "--json", "--only", ",".join(DEFECTS)),
        read_ours,
    ),
    "plain": Program(
        "makes the lines and their provenance; the ten checks, in Python",
        (*OWN, "benchmarks.scale.plain", *RAW, *(f"{{made}}/{name}" for name in WRITTEN)),
        (*OWN, "benchmarks.scale.plain_check", *FILES),
        read_places,
    ),
    "duckdb": Program(
        "makes the lines and their provenance; the ten checks, in SQL",
        (*OWN, "benchmarks.scale.duck", *RAW, *(f"{{made}}/{name}" for name in WRITTEN)),
        (*OWN, "benchmarks.scale.duck_check", *FILES),
        read_places,
        "duckdb",
        "a run of Chinese characters is one word: its patterns cannot cut between them as ours do",
    ),
    "parallelogram": Program(
        "its command's checks of a file",
        (),
        (*OWN, "benchmarks.scale.peer_parallelogram", *FILES),
        None,
        "parallelogram",
        "it takes one file: nothing is seen between two",
    ),
    "together": Program(
        "its SDK's check of a file before an upload",
        (),
        (*OWN, "benchmarks.scale.peer_together", *FILES),
        None,
        "together",
        "it takes one file, and ends at the first thing that is wrong: it is timed on the files without defects",
        "ours",
    ),
    "datasets": Program(
        "Hugging Face's map with the plain program's check of a line, on two processes",
        (),
        (*OWN, "benchmarks.scale.peer_datasets", *FILES),
        None,
        "datasets",
        "map sees a line at a time: nothing is seen between two",
    ),
}


def command(words: Sequence[str], python: str, made: str, files: Sequence[str]) -> list[str]:
    """The words with their places filled in."""
    training, validation = files
    named = {"python": python, "made": made, "training": training, "validation": validation}
    return [re.sub(r"\{(\w+)\}", lambda found: named[found[1]], word) for word in words]


def python_of(name: str, folder: Path | None) -> str:
    """The interpreter: this one, or that of the temporary environment."""
    return str(folder / "bin" / "python") if folder and PROGRAMS[name].package else sys.executable
