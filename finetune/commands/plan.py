"""Say which stages would run, and whether a job would be submitted or is in the ledger already."""

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path

from finetune import dvc
from finetune.commands.make import tagged
from finetune.files.dvc import check_baseline, read_paths
from finetune.files.params import check_params, read_params
from finetune.ledger import Ledger
from finetune.records.params import Submit
from finetune.reports.program import note, say
from finetune.reports.screen import console
from finetune.upcoming import upcoming

PARAMS = Path("params.yaml")


def stages_to_run() -> tuple[list[str], list[str]]:
    """The stages that are not up to date, and those that read what they make and run if that changes; in order."""
    changed = {stage for stage in json.loads(dvc.ask("status", "--json")) if not stage.endswith(".dvc")}
    graph = dvc.ask("dag", "--dot")
    order = re.findall(r'^"([^"]+)";$', graph, re.MULTILINE)
    edges = re.findall(r'^"([^"]+)" -> "([^"]+)";$', graph, re.MULTILINE)
    reached = set(changed)
    while more := {reader for maker, reader in edges if maker in reached} - reached:
        reached |= more
    return [stage for stage in order if stage in changed], [stage for stage in order if stage in reached - changed]


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="finetune plan", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the plan as JSON")
    args = parser.parse_args(argv)
    generation, baseline = check_params(PARAMS)
    paths = read_paths()
    submit = read_params(PARAMS, "submit", Submit)
    check_baseline(paths, baseline, submit)
    spec, (stages, after) = upcoming(paths, PARAMS).spec, stages_to_run()
    entry = Ledger(paths.jobs).read(spec.key)
    known = entry.job_id if entry else None
    if args.json:
        print(
            json.dumps(
                {"stages": stages, "then": after, "key": spec.key, "known_job": known, "provider": spec.provider}
            )
        )
        return 0
    say("stages to run: " + (", ".join(stages) or "none, all are up to date"))
    if after:
        say("then, where what they read changes: " + ", ".join(after))
    asked = f"{spec.training.examples} training and {spec.validation.examples} validation examples"
    if known:
        say(f"job: {known} is in the ledger; nothing would be submitted")
    elif entry:
        console.print("job: was intended, but no id was recorded; the provider is asked for it before anything is sent")
    else:
        console.print(f"job: a new one would be submitted to {spec.provider} ({spec.base_model}, {asked})")
        if submit.max_cost_usd is not None:
            limit = f"{submit.max_cost_usd:g} USD (submit.max_cost_usd)"
            say(f"unless it and its A/B test may cost more than {limit}: `make estimate` says")
        if tagged(f"gen-{generation}"):
            note(f"generation {generation} is tagged: `make finetune` asks for the next number first")
    console.print(f"key: {spec.key}")
    return 0
