"""Times a million raw records to checked examples, beside other programs, and says who finds which planted defect."""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.scale import generate as made
from benchmarks.scale.environment import Environment
from benchmarks.scale.plant import DEFECTS, PLACES, plant
from benchmarks.scale.programs import MADE, PROGRAMS
from benchmarks.scale.result import OURS, TEN, Result, as_json, show, with_round
from benchmarks.scale.trial import Trial
from finetune.errors import FinetuneError, unusable
from finetune.reports.program import run, say

FEWEST = 400
"""Records: fewer have no room for the defects."""
MOST = made.SEEDS * 9999 * 6


def parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.data", description=__doc__)
    parser.add_argument("--records", default="1000000", metavar="N", help="raw records, seeds of courses (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of chance (%(default)s)")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="times that each program runs (%(default)s)")
    parser.add_argument("--limit", type=float, default=600, metavar="SECONDS", help="for each step (%(default)g)")
    parser.add_argument(
        "--only", nargs="+", choices=list(PROGRAMS), metavar="PROGRAM", help=f"of {', '.join(PROGRAMS)}"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    args = parser.parse_args(argv)
    text = args.records.replace("_", "").replace(",", "")
    if not text.isascii() or not text.isdigit() or not FEWEST <= int(text) <= MOST:
        raise unusable("--records", repr(args.records), f"give a whole number from {FEWEST:,} to {MOST:,}")
    if not args.limit > 0:
        raise unusable("--limit", f"{args.limit:g}", "give a number of seconds above 0")
    if args.rounds < 1:
        raise unusable("--rounds", str(args.rounds), "give a whole number from 1")
    args.records = int(text)
    return args


def main(argv: Sequence[str]) -> int:
    args = parse(argv)
    names = [name for name in PROGRAMS if name == OURS or not args.only or name in args.only]
    with tempfile.TemporaryDirectory(prefix="finetune-data-") as name, Environment() as environment:
        folder = Path(name)
        tell(f"making {args.records:,} raw records")
        raw = made.generate(folder, args.records, args.seed)
        tell(f"{raw.courses} courses, {raw.corrections:,} corrections, {raw.bytes / 1e6:,.0f} MB")
        trial = Trial(folder, environment, args.limit, tell)
        results = {OURS: first(trial, args.seed)}
        for other in names[1:]:
            results[other] = trial.run(other)
            if other == TEN:
                results[other] = results[other]._replace(make=results[OURS].make)
            shutil.rmtree(folder / other, ignore_errors=True)
        results = in_rounds(trial, results, args.rounds)
    shape = {"records": args.records, "seed": args.seed, "bytes": raw.bytes, "places": PLACES, "limit": args.limit}
    if args.json:
        print(json.dumps(as_json(shape, results), ensure_ascii=False))  # noqa: T201
    else:
        show(shape, results)
    return 0


def in_rounds(trial: Trial, results: dict[str, Result], rounds: int) -> dict[str, Result]:
    """The results of this many rounds: the programs take turns, since a machine's speed drifts."""
    done = {name: one if one.failed else with_round(one, one.make, one.check) for name, one in results.items()}
    for number in range(2, rounds + 1):
        tell(f"round {number} of {rounds}")
        made = None
        for name in (name for name, one in done.items() if not one.failed):
            make, check = trial.again(name)
            made = make if name == OURS else made
            failed = check.failed or (make.failed if make else "")
            make = made if name == TEN else make
            done[name] = done[name]._replace(failed=failed) if failed else with_round(done[name], make, check)
    return done


def first(trial: Trial, seed: int) -> Result:
    """Ours goes first: its lines are what the defects are planted in, and what others' lines are held against."""
    prepared = trial.make("ours")
    if prepared.failed:
        raise FinetuneError("scripts.prepare", prepared.failed, "the benchmark is on what it writes")
    counts = json.loads((trial.folder / "ours" / "dataset.json").read_text(encoding="utf-8"))
    clean, planted = [tuple(trial.folder / where / name for name in MADE) for where in ("ours", "planted")]
    (trial.folder / "planted").mkdir()
    tell(f"planting {PLACES} of each of {len(DEFECTS)} defects")
    sizes = counts["training"], counts["validation"]
    trial.places = plant((clean[0], clean[1]), (planted[0], planted[1]), sizes, seed)
    trial.probe((clean[0], clean[1]))
    return trial.check("ours", prepared)


def tell(what: str) -> None:
    say(what, sys.stderr)


if __name__ == "__main__":
    raise SystemExit(run(main))
