"""Times checking and scoring a long course beside a plain program that computes the original's score alone."""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from rich.table import Table

from finetune.errors import FinetuneError
from finetune.lego.check import check, findings, rule_modules
from finetune.lego.componentization import explain
from finetune.lego.quality import by_severity
from finetune.records.course import Feeder, Lego, Seed
from finetune.reports.program import run
from finetune.reports.screen import console
from finetune.statistics.score import course_result

RUNS = 9
SEEDS = 668
NEW, AGAIN = 5, 3
"""LEGOs that a seed lists, and claimed pairs that stand in it besides."""
VIOLATING, COMPOSITE = 0.41, 0.3
"""The part of listed LEGOs that breaks a claim (some 1,500 in all, as in a real long course), and that has feeders."""
WORDS = 4000


def long_course(seeds: int) -> list[Seed]:
    """A course of the length, the sizes and the faults of a real one; the same in every run."""
    chance = random.Random(0)  # noqa: S311
    claims: dict[str, str] = {}
    course = []
    for number in range(1, seeds + 1):
        claimed = list(claims.items())
        again = chance.sample(claimed, min(AGAIN, len(claimed)))
        new = [new_pair(chance, claimed) for _ in range(NEW)]
        legos, feeders = breakdown(f"S{number:04}", new, chance)
        pairs = [*again, *new]
        known, target = (" ".join(pair[side] for pair in pairs).capitalize() + "." for side in (0, 1))
        course.append(Seed("a_for_b", f"S{number:04}", "A", "B", target, known, tuple(legos), tuple(feeders)))
        for pair in new:
            claims.setdefault(*pair)
    return course


def new_pair(chance: random.Random, claimed: list[tuple[str, str]]) -> tuple[str, str]:
    """Chunks of one to three words, (known, target); the known one is claimed already where a law is to be broken."""
    known, target = (
        " ".join(f"{language}{chance.randrange(WORDS)}" for _ in range(chance.randint(1, 3))) for language in "kt"
    )
    return (chance.choice(claimed)[0] if claimed and chance.random() < VIOLATING else known), target


def breakdown(seed_id: str, pairs: Sequence[tuple[str, str]], chance: random.Random) -> tuple[list[Lego], list[Feeder]]:
    """The pairs as LEGOs, some of them with their first words as a feeder."""
    legos: list[Lego] = []
    feeders: list[Feeder] = []
    for number, (known, target) in enumerate(pairs, 1):
        lego = Lego(f"{seed_id}L{number:02}", "BASE", target, known)
        if chance.random() < COMPOSITE and " " in known and " " in target:
            feeder = Feeder(f"{seed_id}F{number:02}", target.split()[0], known.split()[0], lego.lego_id)
            lego = Lego(lego.lego_id, "COMPOSITE", target, known, explain(lego, [feeder]))
            feeders.append(feeder)
        legos.append(lego)
    return legos, feeders


ARTICLES = {"el", "la", "los", "las", "un", "una", "il", "le", "les", "the", "a", "an"}
PREPOSITIONS = {"to", "in", "on", "at", "by", "for", "with", "from", "of", "about"}
PREPOSITIONS |= {"de", "a", "en", "con", "por", "para", "di", "da", "per", "avec", "sans"}
POSSESSIVES = {"su", "sus", "son", "sa", "ses", "leur", "il suo", "la sua"}


def plain(course: list[dict[str, Any]]) -> dict[str, int]:
    """The original's findings by severity, as a plain program counts them: the peer, which shares no code with ours."""
    found = {"critical": 0, "high": 0, "medium": 0, "low": 0}
    first: dict[str, str] = {}
    for seed in course:
        for lego in seed["lego_pairs"]:
            target, known = lego["target_chunk"].lower().strip(), lego["known_chunk"].lower().strip()
            found["critical"] += target in ARTICLES
            found["critical"] += target in PREPOSITIONS or known in PREPOSITIONS
            found["critical"] += (not target) + (not known)
            found["high"] += (target in POSSESSIVES) + (lego["lego_type"] == "FEEDER")
            found["medium"] += lego["lego_type"] == "BASE" and bool(lego.get("componentization"))
            found["low"] += lego["lego_type"] == "COMPOSITE" and not lego.get("componentization")
        for pair in seed["lego_pairs"] + seed["feeder_pairs"]:
            target, known = pair["target_chunk"].lower().strip(), pair["known_chunk"].lower().strip()
            found["critical"] += first.setdefault(known, target) != target
    return found


def original(course: Sequence[Seed]) -> dict[str, int]:
    """The same with our rules that the original has."""
    rules = [rule for rule in rule_modules() if rule.startswith(("fd_", "fcfs_", "classification_"))]
    return by_severity([finding for rule in rules for finding in findings(rule, course)])


def median(work: Callable[[], object]) -> float:
    """The median time of RUNS runs, in milliseconds."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


def main(argv: Sequence[str]) -> int:
    course = long_course(SEEDS)
    rows = msgspec.to_builtins(course)
    result = course_result(course, check(course))
    if not plain(rows) == original(course) == result.issues:
        raise FinetuneError("benchmarks.score", f"{plain(rows)} and {original(course)} differ", "one of them is wrong")
    peer = median(lambda: plain(rows))
    shown = Table("program", title=f"{SEEDS} seeds, {result.legos} LEGOs, median of {RUNS} runs")
    for name in ("milliseconds", "times the plain one"):
        shown.add_column(name, justify="right")
    for name, taken in (
        ("plain: the original's counts", peer),
        ("ours: the original's rules, each finding with its place", median(lambda: original(course))),
        (f"ours: all {len(rule_modules())} rules, and the score", median(lambda: course_result(course, check(course)))),
    ):
        shown.add_row(name, f"{taken:.1f}", f"{taken / peer:.1f}")
    console.print(shown)
    console.print(f"FCFS violations: {result.by_type['FCFS_VIOLATION']}; structure findings: {result.structure}")
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
