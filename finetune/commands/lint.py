"""Hold chat fine-tuning files, ours or anyone's, against the dataset rules."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from finetune.dataset.rules import known_rules, rule_modules, severity
from finetune.errors import unusable
from finetune.files.pieces import size_of
from finetune.files.profiles import profile_names, read_profile
from finetune.linting import is_lego, lint
from finetune.provenance import with_origins
from finetune.records.dataset import Side
from finetune.records.profile import Scope
from finetune.reports import findings
from finetune.reports.program import conclude, count, natural, say
from finetune.reports.reading import bytes_read

MOST = 5


def main(argv: Sequence[str]) -> int:
    """Exit code 0 where no rule finds an error, 1 where one does, 2 for what cannot be read."""
    args = parse(argv)
    if args.rules:
        for rule in rule_modules():
            say(f"{rule} ({severity(rule)}): {findings.title(rule)}")
        return 0
    paths: dict[Side, Path] = {"training": args.training}
    if args.validation:
        paths["validation"] = args.validation
    for path in paths.values():
        size_of(path)
    scope = scope_of(args)
    if args.fix:
        mend(paths, scope, args)
    with bytes_read("lint", sum(path.stat().st_size for path in paths.values() if path.exists())) as done:
        linted = lint(paths, scope, done)
    linted = linted._replace(findings=with_origins(linted.findings, warn))
    if args.json or args.sarif:
        shape = findings.as_json if args.json else findings.as_sarif
        print(json.dumps(shape(linted), ensure_ascii=False))
    elif args.github:
        for annotation in findings.as_annotations(linted):
            print(annotation)
    else:
        for told in (*findings.told(linted, args.most), *findings.left_out(linted)):
            say(told)
        records = ", ".join(f"{count(size, f'{side} record')}" for side, size in linted.records.items()) or "no record"
        held = f"{count(len(linted.rows), 'rule')}, profile {args.profile}, {'lego' if scope.lego else 'chat'} examples"
        warnings = sum(linted.rows.values()) - findings.errors(linted)
        said = f"{count(findings.errors(linted), 'error')}, {count(warnings, 'warning')}"
        conclude(f"{records} ({held}): ", said, "red" if findings.errors(linted) else "green")
    return int(findings.errors(linted) > 0)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="finetune lint", description=__doc__)
    parser.add_argument("training", type=Path, nargs="?", metavar="TRAINING", help="the training file (JSONL)")
    parser.add_argument("validation", type=Path, nargs="?", metavar="VALIDATION", help="the validation file")
    known = ", ".join(profile_names())
    parser.add_argument("--profile", default="anthropic", metavar="NAME", help=f"whose limits: {known}")
    parser.add_argument(
        "--examples", choices=["lego", "chat"], help="LEGO examples, or any chat (else: as one of the first lines is)"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print the findings as JSON")
    how.add_argument("--github", action="store_true", help="print them as annotations for GitHub Actions")
    how.add_argument("--sarif", action="store_true", help="print them as SARIF 2.1.0")
    parser.add_argument("--fix", action="store_true", help="mend the files where there is no choice to make, then lint")
    shown = f"findings shown of a rule (else {MOST})"
    parser.add_argument("--most", type=natural, default=MOST, metavar="N", help=shown)
    for flag, what in (("--ignore", "count what it finds, and do not tell it"), ("--only", "look for nothing else")):
        parser.add_argument(flag, action="extend", type=names, default=[], metavar="RULE[,RULE]", help=what)
    parser.add_argument("--rules", action="store_true", help="list the rules")
    args = parser.parse_args(argv)
    if args.training is None and not args.rules:
        parser.error("name the training file (or --rules)")
    return args


def scope_of(args: argparse.Namespace) -> Scope:
    ignored, only = known_rules(args.ignore, "--ignore"), known_rules(args.only, "--only")
    if only and only <= ignored:
        raise unusable("--only", "all of these rules are ignored", "leave --ignore out, or look for other rules")
    examples = args.examples or ("lego" if is_lego(args.training) else "chat")
    return Scope(read_profile(args.profile), lego=examples == "lego", ignored=ignored, only=only)


def warn(text: str) -> None:
    """A note beside the findings, which may be for a program."""
    say(f"note: {text}", sys.stderr)


def names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def mend(paths: dict[Side, Path], scope: Scope, args: argparse.Namespace) -> None:
    """Mend each file, and say what was done; where the findings are for a program, on standard error."""
    from finetune.fixing import fix

    to = sys.stderr if args.json or args.github or args.sarif else sys.stdout
    for side, fixed in fix(paths, scope).items():
        told = ", ".join(f"{rule} {size}" for rule, size in sorted(fixed.items())) or "nothing to mend"
        say(f"{paths[side]}: {told}", to)
