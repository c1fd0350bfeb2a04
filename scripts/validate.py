"""Holds the training and validation examples against the dataset rules."""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from finetune.dataset.lint import lint, rule_checks
from finetune.files.dataset import read_lines
from finetune.files.params import read_params
from finetune.files.writing import write_json
from finetune.records.params import Validate
from finetune.reports.screen import console, count, run


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts.validate", description=__doc__)
    parser.add_argument("--training", type=Path, required=True, help="training file")
    parser.add_argument("--validation", type=Path, required=True, help="validation file")
    parser.add_argument("--metrics", type=Path, required=True, help="metrics file to write")
    args = parser.parse_args(argv)
    params = read_params(Path("params.yaml"), "validate", Validate)
    training, validation = read_lines(args.training, "training"), read_lines(args.validation, "validation")
    findings = lint([*training, *validation], params)
    for finding in findings:
        console.print(str(finding), markup=False)
    by_rule = Counter(finding.rule for finding in findings)
    write_json(
        args.metrics,
        {
            "training": len(training),
            "validation": len(validation),
            "findings": len(findings),
            "by_rule": {rule: by_rule[rule] for rule in rule_checks()},
        },
    )
    lines = f"{count(len(training), 'training line')}, {count(len(validation), 'validation line')}"
    console.print(f"{lines}, {count(len(rule_checks()), 'rule')}: {count(len(findings), 'finding')}")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(run(main))
