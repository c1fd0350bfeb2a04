"""Holds the training and validation examples against the dataset rules: nothing wrong goes on."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from finetune.files.writing import write_json
from finetune.linting import lint
from finetune.provenance import with_origins
from finetune.reports import findings
from finetune.reports.program import count, note, run, say
from finetune.validating import scope_of

PARAMS = Path("params.yaml")
MOST = 20
"""Findings of a rule that are shown."""


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.validate", description=__doc__)
    parser.add_argument("--training", type=Path, required=True, help="training file")
    parser.add_argument("--validation", type=Path, required=True, help="validation file")
    parser.add_argument("--courses", type=Path, required=True, help="folder of course files")
    parser.add_argument("--corrections", type=Path, required=True, help="folder of correction files")
    parser.add_argument("--metrics", type=Path, required=True, help="metrics file to write")
    args = parser.parse_args(argv)
    scope = scope_of(PARAMS, args.courses, args.corrections)
    linted = lint({"training": args.training, "validation": args.validation}, scope)
    linted = linted._replace(findings=with_origins(linted.findings, note))
    for told in (*findings.told(linted, MOST), *findings.left_out(linted)):
        say(told)
    records = {side: linted.lines.get(side, 0) for side in ("training", "validation")}
    errors, rows = findings.errors(linted), sum(linted.rows.values())
    counted = {"findings": rows, "errors": errors, "by_rule": linted.rows, "ignored": linted.ignored}
    write_json(args.metrics, {**records, **counted})
    lines = ", ".join(count(size, f"{side} line") for side, size in records.items())
    said = f"{count(errors, 'error')}, {count(rows - errors, 'warning')}"
    say(f"{lines}, {count(len(linted.rows), 'rule')}, profile {scope.profile.name}: {said}")
    return int(errors > 0)


if __name__ == "__main__":
    raise SystemExit(run(main))
