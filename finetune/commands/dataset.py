"""Upload training and validation files to the anthropic provider: dataset create."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from finetune.errors import FinetuneError, UnsureError, unusable
from finetune.files.data import read_data
from finetune.files.dvc import Paths, read_paths
from finetune.files.params import connection_of
from finetune.linting import is_lego, lint
from finetune.ordering import PROVIDER, Options, spec_of, submit_of
from finetune.provenance import with_origins
from finetune.providers.anthropic import Anthropic
from finetune.records.dataset import Side
from finetune.records.job import JobSpec
from finetune.reports import findings, program
from finetune.reports.program import count
from finetune.reports.reading import bytes_read
from finetune.starting import check_profile
from finetune.validating import scope_of

PARAMS = Path("params.yaml")
MOST = 20
"""Findings of a rule that are shown."""
OF = (
    "It goes by submit.providers.anthropic of params.yaml, whoever submit.provider is. An option that is left out has "
    "the pipeline's value."
)

Say = Callable[[str], None]


def voice(as_json: bool) -> Say:
    """Tells a person something; on standard error where the output is for a program."""
    to = sys.stderr if as_json else sys.stdout
    return lambda text: program.say(text, to)


def reach(paths: Paths, say: Say, **connection: str) -> Anthropic:
    """The account; `connection` goes before what params.yaml says of it."""
    provider = Anthropic(paths.store / PROVIDER, {**connection_of(PROVIDER), **connection})
    provider.tell = lambda text: say(f"note: {text}")
    return provider


def check(spec: JobSpec, paths: Paths, say: Say, provider: Anthropic) -> None:
    """Hold the files against the dataset rules, as `validate` does; FinetuneError where one finds an error."""
    check_profile(PARAMS, PROVIDER, provider)
    files: dict[Side, Path] = {"training": Path(spec.training.path), "validation": Path(spec.validation.path)}
    lego = files["training"].parent == paths.training or is_lego(files["training"])
    scope = scope_of(PARAMS, paths.courses, paths.corrections, lego)
    with bytes_read("lint", sum(path.stat().st_size for path in files.values())) as done:
        linted = lint(files, scope, done)
    linted = linted._replace(findings=with_origins(linted.findings, lambda text: say(f"note: {text}")))
    for told in (*findings.told(linted, MOST), *findings.left_out(linted)):
        say(told)
    if found := findings.errors(linted):
        mend = "mend the lines; `finetune lint --fix` mends what leaves no choice, validate.ignored lets a rule pass"
        raise FinetuneError(", ".join(map(str, files.values())), f"{count(found, 'error')}; nothing was sent", mend)


def named(name: str | None) -> dict[str, str]:
    """A dataset's name as part of a connection; nothing where params.yaml's holds."""
    if name is not None and not 1 <= len(name) <= 256:
        raise unusable("--name", f"{len(name)} characters", "write 1 to 256")
    return {} if name is None else {"job_name": name}


def create(args: argparse.Namespace) -> int:
    say, paths = voice(args.json), read_paths()
    spec = spec_of(paths, submit_of(PARAMS, Options()), args.training_data, args.validation_data)
    provider = reach(paths, say, **named(args.name))
    check(spec, paths, say, provider)
    account = provider.account
    known = account.remembered(spec)
    if not known:
        examples = f"{spec.training.examples} training and {spec.validation.examples} validation examples"
        say(f"uploading {examples} to {account.client.url}")
    try:
        found = account.dataset(spec, read_data(spec.training), read_data(spec.validation))
    except UnsureError as error:
        fix = "run the same command again: a dataset that no job uses trains nothing"
        raise FinetuneError(error.where, error.what, fix) from None
    if args.json:
        files = {"training": spec.training, "validation": spec.validation}
        print(json.dumps({"id": found, "uploaded": not known, **msgspec.to_builtins(files)}))
        return 0
    how = "uploaded before, with the same bytes: nothing was sent" if known else "uploaded just now"
    say(f"{found}: {how}")
    say(f"next: python -m finetune job create --training-dataset-id {found}")
    return 0


def main(argv: Sequence[str]) -> int:
    """Exit code 1 where a rule finds an error, or the upload failed; 2 for what cannot be used."""
    parser = argparse.ArgumentParser(prog="finetune dataset", description=f"{__doc__} {OF}")
    what = parser.add_subparsers(dest="what", required=True, metavar="create")
    about = "hold the files against the dataset rules, and upload them, once"
    made = what.add_parser("create", help=about, description=f"{about}. {OF}")
    made.add_argument("--training-data", type=Path, metavar="FILE", help="training file (else: what `prepare` wrote)")
    made.add_argument("--validation-data", type=Path, metavar="FILE", help="validation file (else: what it wrote)")
    made.add_argument("--name", help="as the console shows it (else: connection.job_name)")
    made.add_argument("--json", action="store_true", help="print the dataset as JSON")
    return create(parser.parse_args(argv))
