"""Compare the generations of any two Git revisions, on the courses that both answered."""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import msgspec

from finetune.errors import FinetuneError, unusable
from finetune.files.answers import read_answers
from finetune.files.dvc import read_paths
from finetune.files.params import read_numbers, read_params, read_yaml
from finetune.files.record import read_record
from finetune.files.truth import read_truth
from finetune.records.comparison import Comparison, Generation
from finetune.records.correcting import Place
from finetune.records.course import Correction, Courses
from finetune.records.params import Conflicts, Evaluate
from finetune.records.result import Prediction
from finetune.reports.program import count
from finetune.reports.screen import console
from finetune.reports.summary import summary
from finetune.revisions import fetch, lay_out
from finetune.statistics.comparison import compare
from finetune.statistics.history import flattened
from finetune.statistics.results import Trained, groups_of
from finetune.statistics.written import round_all


@dataclass(frozen=True)
class Revision:
    """A generation as a revision has it: its answers, the corrected courses, what it was trained on, and how it was
    asked: `predict`'s params, and the prompt."""

    generation: int
    truth: Courses
    corrections: list[Correction]
    disputed: tuple[Place, ...]
    answers: list[Prediction]
    trained: Trained
    asked: dict[str, object]


def read_revision(name: str, folder: Path) -> Revision:
    lay_out(name, folder)
    try:
        return read_folder(name, folder)
    except FinetuneError as error:
        raise error.at(str(folder), name) from None


def read_folder(name: str, folder: Path) -> Revision:
    generation, _ = read_numbers(folder / "params.yaml")
    paths = read_paths(folder / "dvc.yaml")
    history = folder / paths.testing / f"generation-{generation}-history.json"
    if not history.exists():
        raise unusable(name, f"generation {generation} is not made there", "run `make finetune` there, and commit it")
    entries = read_record(history, list[Generation], f"make it again at {name}: `dvc repro --force evaluate`")
    sections = read_yaml(folder / "params.yaml")
    found = read_truth(folder / paths.courses, folder / paths.corrections, conflicts_of(sections))
    truth = found.courses
    predictions = fetch(name, paths.testing / f"generation-{generation}-predictions.jsonl", folder)
    answers = read_answers(predictions, truth)
    asked = {
        **flattened({"predict": sections.get("predict")}),
        "the prompt": (folder / paths.prompt).read_text(encoding="utf-8"),
    }
    disputed = tuple(found.corrected.disputed)
    return Revision(generation, truth, found.corrections, disputed, answers, entries[-1].trained, asked)


def conflicts_of(sections: dict[str, object]) -> Conflicts:
    """As the revision set it; before that could be set, the latest correction held."""
    prepare = sections.get("prepare")
    value = prepare.get("conflicts") if isinstance(prepare, dict) else None
    known: dict[object, Conflicts] = {name: name for name in get_args(Conflicts)}
    return known.get(value, "latest")


def common(a: Revision, b: Revision) -> tuple[Courses, int]:
    """B's corrected seeds whose sentences A answered too, and how many seeds of either are left out."""
    asked = {(name, seed.seed_id, seed.target, seed.known) for name, seeds in a.truth.items() for seed in seeds}
    both = {
        name: [seed for seed in seeds if (name, seed.seed_id, seed.target, seed.known) in asked]
        for name, seeds in b.truth.items()
    }
    both = {name: seeds for name, seeds in both.items() if seeds}
    kept = sum(map(len, both.values()))
    return both, len(asked) + sum(map(len, b.truth.values())) - 2 * kept


def of_both(revision: Revision, truth: Courses, samples: int) -> list[Prediction]:
    places = {(name, seed.seed_id) for name, seeds in truth.items() for seed in seeds}
    return [one for one in revision.answers if (one.course, one.seed_id) in places and one.sample <= samples]


def compare_revisions(a: Revision, b: Revision, params: Evaluate) -> Comparison:
    """Held against B's corrections; a seed is unseen if neither generation was trained on its number."""
    truth, left_out = common(a, b)
    if not truth:
        raise unusable("compare", "the two revisions have no seed in common", "compare generations of the same courses")
    samples = min(max(one.sample for one in revision.answers) for revision in (a, b))
    places = {(name, seed.seed_id) for name, seeds in truth.items() for seed in seeds}
    found = compare(
        truth,
        [one for one in b.corrections if (one.course, one.seed_id) in places],
        groups_of(truth, a.trained, b.trained, disputed=b.disputed),
        (a.generation, of_both(a, truth, samples)),
        (b.generation, of_both(b, truth, samples)),
        params,
    )
    caveats = (*asked_differently(a, b), *found.verdict.caveats)
    if left_out:
        caveats = (*caveats, f"{count(left_out, 'seed')} that only one of the two answered are left out")
    return msgspec.structs.replace(found, verdict=msgspec.structs.replace(found.verdict, caveats=caveats))


def asked_differently(a: Revision, b: Revision) -> Iterator[str]:
    """What differs may be due to the question, not to the model."""
    for name in sorted(a.asked.keys() | b.asked.keys()):
        old, new = (revision.asked.get(name, "not set") for revision in (a, b))
        if old != new:
            how = "" if name == "the prompt" else f" ({old} → {new})"
            yield f"the two were asked differently: {name} changed{how}, which may be what makes the difference"


def main(argv: Sequence[str]) -> int:
    """Exit code 2 for a revision that is none, or has no generation. Nothing is written, and no model is asked."""
    parser = argparse.ArgumentParser(prog="finetune compare", description=__doc__)
    parser.add_argument("a", help="the earlier revision, like gen-1")
    parser.add_argument("b", help="the later revision, like gen-2")
    parser.add_argument("--json", action="store_true", help="print the comparison as JSON")
    args = parser.parse_args(argv)
    params = read_params(Path("params.yaml"), "evaluate", Evaluate)
    with tempfile.TemporaryDirectory(prefix="finetune-") as folder:
        a, b = (read_revision(name, Path(folder) / side) for side, name in (("a", args.a), ("b", args.b)))
        found = compare_revisions(a, b, params)
    if args.json:
        print(str(msgspec.json.encode(round_all(found)), "utf-8"))
        return 0
    console.print(summary(found))
    return 0
