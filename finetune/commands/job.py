"""Start, show and stop jobs of the anthropic provider: job create, get, list, cancel, events."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

import msgspec

from finetune.commands.dataset import OF, PARAMS, Say, check, reach, voice
from finetune.errors import NoLookUpError, RefusedError, UnsureError
from finetune.estimating import within
from finetune.files.dvc import Paths, check_baseline, read_paths
from finetune.files.params import check_params, read_params
from finetune.files.text import read_text
from finetune.foreseeing import foresee
from finetune.ledger import Ledger
from finetune.ordering import PROVIDER, options, spec_of, spec_of_dataset, submit_of, unlike
from finetune.provenance import SIDECAR, used
from finetune.providers.anthropic.preflight import look
from finetune.records.estimate import Estimate
from finetune.records.job import ENDS, Taught
from finetune.records.params import Submit
from finetune.reports.jobs import event_line, foreseen_lines, goes_on, job_lines, job_table
from finetune.reports.money import usd
from finetune.reports.program import natural
from finetune.starting import TOLD, Sources, assess, begin

MOST = 20


def create(args: argparse.Namespace, paths: Paths, say: Say) -> object:
    """Start the job, as the stage `submit` does: the same ledger, key, price limit and spending."""
    generation, baseline = check_params(PARAMS)
    submit = submit_of(PARAMS, options(args.base_model, args.suffix, args.hyperparameters))
    if baseline:
        check_baseline(paths, baseline, submit)
    provider = reach(paths, say)
    if args.description is not None:
        provider.account.description = args.description
    dataset = args.training_dataset_id
    spec = spec_of_dataset(paths, submit, dataset, provider.account) if dataset else spec_of(paths, submit)
    if args.base_model:
        look(provider.client, args.base_model, "--base-model")
    entry = Ledger(paths.jobs).read(spec.key)
    if not (entry and entry.job_id) and not provider.account.remembered(spec):
        check(spec, paths, say, provider)
    differs = unlike(paths, PARAMS, spec)

    def baseline_model() -> str:
        return read_text(paths.testing / f"generation-{baseline}-model-id.txt") if baseline else submit.base_model

    def price() -> Estimate:
        of = Sources(PARAMS, paths.courses, paths.corrections, paths.prompt, baseline_model, paths.store)
        return assess(spec, submit, of, provider)

    def afford(found: Estimate) -> None:
        say(f"price of the job and its A/B test: {usd(found.usd)}")
        within(found)

    if args.dry_run:
        foreseen = foresee(spec, entry, provider, price)
        tell(args, say, [*foreseen_lines(foreseen), goes_on(differs, trainer())])
        return {"dry_run": True, "differs": differs, **msgspec.to_builtins(foreseen)}
    taught = Taught() if differs else Taught(generation, used(paths.training / SIDECAR))
    job, how = begin(spec, paths.jobs, provider, taught, now, price, afford, provider.tell)
    lines = [f"job {job.job_id} ({spec.training.examples} examples, {spec.base_model}): {TOLD[how]}"]
    if how != "submitted":
        lines.append("one that failed or was cancelled is tried again with a higher submit.attempt in params.yaml")
    tell(args, say, [*lines, goes_on(differs, trainer())])
    return {"how": how, "differs": differs, **msgspec.to_builtins(job)}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def trainer() -> str:
    return read_params(PARAMS, "submit", Submit).provider


def tell(args: argparse.Namespace, say: Say, lines: Sequence[str]) -> None:
    """Tell the outcome, unless it is printed as JSON."""
    for line in () if args.json else lines:
        say(line)


def get(args: argparse.Namespace, paths: Paths, say: Say) -> object:
    found, ledger = reach(paths, say).account.known(args.job_id), Ledger(paths.jobs).started(PROVIDER)
    tell(args, say, job_lines(found, ledger))
    return {**msgspec.to_builtins(found), "in_ledger": found.id in ledger}


def listed(args: argparse.Namespace, paths: Paths, say: Say) -> object:
    """The newest jobs of the account, whoever started them."""
    account, ledger = reach(paths, say).account, Ledger(paths.jobs).started(PROVIDER)
    if not account.names.look_up:
        raise NoLookUpError(account.names.jobs, "connection.look_up is false: the account does not list its jobs")
    found = list(islice(account.all(), args.limit + 1))
    shown, more = found[: args.limit], len(found) > args.limit
    lines = job_table(shown, ledger) if shown else ["no job: `finetune job create` starts one"]
    tell(args, say, [*lines, *(["there are more: --limit N shows N of them"] if more else [])])
    return {"jobs": [{**msgspec.to_builtins(job), "in_ledger": job.id in ledger} for job in shown], "more": more}


def events(args: argparse.Namespace, paths: Paths, say: Say) -> object:
    account = reach(paths, say).account
    account.known(args.job_id)  # else one that is not there would be one without events
    found = account.events(args.job_id)
    tell(args, say, list(map(event_line, found)) or ["no event yet"])
    return msgspec.to_builtins(found)


def cancel(args: argparse.Namespace, paths: Paths, say: Say) -> object:
    """Stop the job. One that has ended, also while it is asked for, stays as it is."""
    account = reach(paths, say).account
    found = account.known(args.job_id)
    ended = found.status in ENDS
    if not ended:
        say(f"asking {account.client.url} to cancel {found.id}, which is {found.status}")
        try:
            found = account.cancel(args.job_id)
        except (RefusedError, UnsureError):
            found = account.known(args.job_id)
            if found.status not in ENDS:
                raise
    tell(args, say, [f"{found.id}: {found.status}" + (", it has ended and stays as it is" if ended else "")])
    return msgspec.to_builtins(found)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="finetune job", description=f"{__doc__} {OF}")
    what = parser.add_subparsers(dest="what", required=True, metavar="create|get|list|cancel|events")
    made = {}
    for name, (run, about) in {
        "create": (create, "start a job, once: the same request again finds it, and sends nothing"),
        "get": (get, "show a job"),
        "list": (listed, "list the account's jobs, and say which are ours"),
        "cancel": (cancel, "stop a job; nobody is asked again, and one that has ended stays as it is"),
        "events": (events, "show what happened to a job so far"),
    }.items():
        made[name] = what.add_parser(name, help=about, description=f"{about}. {OF}")
        made[name].set_defaults(run=run)
        made[name].add_argument("--json", action="store_true", help="print the outcome as JSON")
        if name in ("get", "cancel", "events"):
            made[name].add_argument("job_id", metavar="ID", help="as `job list` shows it")
    made["list"].add_argument("--limit", type=natural, default=MOST, metavar="N", help=f"the newest N (else {MOST})")
    new = made["create"].add_argument
    new("--training-dataset-id", metavar="ID", help="of `dataset create` (else: of the files that `prepare` wrote)")
    new("--base-model", metavar="NAME", help="the model that is tuned")
    new("--suffix", metavar="TEXT", help="what the tuned model's id has in it")
    new("--description", metavar="TEXT", help="as the console shows it (else: connection.job_name)")
    new("--hyperparameters", nargs="+", metavar="NAME=N", help="like epochs=3; or one object of JSON")
    new("--dry-run", action="store_true", help="say what would be sent and what it may cost; start and upload nothing")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    """Exit code 1 where the provider refuses, the price is too high or a rule finds an error; 2 for unusable input."""
    args = parse(argv)
    outcome = args.run(args, read_paths(), voice(args.json))
    if args.json:
        print(json.dumps(outcome))
    return 0
