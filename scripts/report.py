"""Writes the generation's report: a page, and Markdown for a pull request."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from finetune.files.answers import read_answers
from finetune.files.curve import read_curve
from finetune.files.params import read_params
from finetune.files.record import read_record
from finetune.files.truth import read_truth
from finetune.files.writing import write
from finetune.ledger import Ledger
from finetune.records import params
from finetune.records.comparison import Comparison, Difference, Generation
from finetune.records.job import Model
from finetune.records.report import Card, Report
from finetune.records.result import Results
from finetune.reports.markdown import markdown
from finetune.reports.page import page
from finetune.reports.program import run, say
from finetune.statistics.differences import differences
from finetune.statistics.results import groups_of

PARAMS = Path("params.yaml")
AGAIN = "run `dvc repro --force evaluate`, which writes it again"


def read_card(model: Path, jobs: Path) -> Card:
    """The model's card; the dates are the ledger's, and empty where it does not know the job."""
    made = read_record(model, Model, "run `dvc repro --force record`, which writes it again")
    entry = Ledger(jobs).read(made.job.spec.key)
    intended, submitted = (entry.intended_at, entry.submitted_at or "") if entry else ("", "")
    return Card(made.model_id, made.job.job_id, made.job.spec, intended, submitted, made.base_model_retires)


def read_differences(args: argparse.Namespace, history: Sequence[Generation]) -> list[Difference]:
    """The last two generations of the history are the two that are compared."""
    prepared = read_params(PARAMS, "prepare", params.Prepare)
    found = read_truth(args.courses, args.corrections, prepared.conflicts)
    truth = found.courses
    baseline, candidate = (
        read_answers(path, truth) for path in (args.baseline_predictions, args.candidate_predictions)
    )
    trained = [entry.trained for entry in history[-2:]]
    return differences(truth, baseline, candidate, groups_of(truth, *trained, disputed=found.corrected.disputed))


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.report", description=__doc__)
    parser.add_argument("--comparison", type=Path, required=True, help="the comparison")
    for side in ("baseline", "candidate"):
        parser.add_argument(f"--{side}-results", type=Path, required=True, help=f"the {side}'s results")
        parser.add_argument(f"--{side}-predictions", type=Path, required=True, help=f"the {side}'s answers")
    parser.add_argument("--courses", type=Path, required=True, help="folder of course files")
    parser.add_argument("--corrections", type=Path, required=True, help="folder of correction files")
    parser.add_argument("--history", type=Path, required=True, help="the generations so far")
    parser.add_argument("--curve", type=Path, required=True, help="training curve")
    parser.add_argument("--model", type=Path, required=True, help="the candidate's model.json")
    parser.add_argument("--jobs", type=Path, required=True, help="folder of the ledger")
    parser.add_argument("--page", type=Path, required=True, help="HTML page to write")
    parser.add_argument("--markdown", type=Path, required=True, help="Markdown file to write")
    args = parser.parse_args(argv)
    back = read_params(PARAMS, "report", params.Report).history
    history = read_record(args.history, list[Generation], AGAIN)
    report = Report(
        comparison=read_record(args.comparison, Comparison, AGAIN),
        baseline=read_record(args.baseline_results, Results, AGAIN),
        candidate=read_record(args.candidate_results, Results, AGAIN),
        differences=tuple(read_differences(args, history)),
        history=tuple(history[-1 - back :]),
        curve=read_curve(args.curve),
        card=read_card(args.model, args.jobs),
    )
    write(args.page, page(report))
    write(args.markdown, markdown(report))
    say(f"report → {args.page} (open it in a browser), {args.markdown}")
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
