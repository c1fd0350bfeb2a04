"""Scores both generations' answers, compares them in pairs, and says what may be believed."""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from finetune.dataset.examples import read_prompt
from finetune.dataset.key import asked_in
from finetune.files.answers import read_answers
from finetune.files.chats import read_chats
from finetune.files.params import read_params, read_yaml
from finetune.files.record import read_record
from finetune.files.truth import read_truth
from finetune.files.writing import write_json
from finetune.provenance import used
from finetune.records.comparison import Generation
from finetune.records.job import Job
from finetune.records.params import Evaluate, Prepare
from finetune.reports.program import run, say
from finetune.statistics.comparison import compare
from finetune.statistics.history import Made, flattened, history
from finetune.statistics.results import Trained, groups_of, results
from finetune.statistics.written import metrics, round_all

PARAMS = Path("params.yaml")
SHOWN = ("prepare", "validate", "submit", "predict", "evaluate")
"""The sections that make a generation and its figures what they are."""


def read_trained(path: Path) -> Trained:
    """The seeds that were trained on, as the training file itself has them."""
    trained: dict[str, list[str]] = defaultdict(list)
    for line in read_chats(path):
        prompt = read_prompt(line.value.last("user"))
        trained[prompt.course].append(prompt.seed_id)
    return trained


def read_made(args: argparse.Namespace) -> Made:
    sections = read_yaml(PARAMS)
    sections["submit"] = asked_in(sections.get("submit"))  # all else of it changes no figure
    return Made(
        trained=read_trained(args.training),
        corrections=used(args.provenance),
        spec=read_record(args.job, Job, "run `dvc repro submit`").spec,
        dataset=read_record(args.dataset, dict[str, object], "run `dvc repro prepare`"),
        params=flattened({name: sections.get(name) for name in SHOWN}),
    )


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.evaluate", description=__doc__)
    parser.add_argument("--courses", type=Path, required=True, help="folder of course files")
    parser.add_argument("--corrections", type=Path, required=True, help="folder of correction files")
    parser.add_argument("--training", type=Path, required=True, help="the file that was trained on")
    parser.add_argument("--provenance", type=Path, required=True, help="where its lines come from")
    parser.add_argument("--dataset", type=Path, required=True, help="prepare's metrics")
    parser.add_argument("--job", type=Path, required=True, help="the candidate's job")
    for side in ("baseline", "candidate"):
        parser.add_argument(f"--{side}", type=int, required=True, help=f"the {side}'s generation")
        parser.add_argument(f"--{side}-predictions", type=Path, required=True, help=f"the {side}'s answers")
        parser.add_argument(f"--{side}-results", type=Path, required=True, help=f"the {side}'s results, to write")
    parser.add_argument("--baseline-history", type=Path, required=True, help="the baseline's history")
    parser.add_argument("--history", type=Path, required=True, help="history to write")
    parser.add_argument("--comparison", type=Path, required=True, help="comparison to write")
    parser.add_argument("--metrics", type=Path, required=True, help="metrics file to write")
    args = parser.parse_args(argv)
    params = read_params(PARAMS, "evaluate", Evaluate)
    found_truth = read_truth(args.courses, args.corrections, read_params(PARAMS, "prepare", Prepare).conflicts)
    truth = found_truth.courses
    before = read_record(args.baseline_history, list[Generation], "bring it from the baseline's tag")
    made = read_made(args)
    trained = [made.trained, *(entry.trained for entry in before[-1:])]
    groups = groups_of(truth, *trained, disputed=found_truth.corrected.disputed)
    baseline = args.baseline, read_answers(args.baseline_predictions, truth)
    candidate = args.candidate, read_answers(args.candidate_predictions, truth)
    found = compare(truth, found_truth.corrections, groups, baseline, candidate, params)
    candidate_results = results(candidate[0], truth, candidate[1])
    write_json(args.baseline_results, round_all(results(baseline[0], truth, baseline[1])))
    write_json(args.candidate_results, round_all(candidate_results))
    write_json(args.comparison, round_all(found))
    write_json(args.history, round_all(history(before, found, made)))
    write_json(args.metrics, metrics(found, candidate_results))
    say(found.verdict.sentence)
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
