"""Score courses of any known format by the course rules, as the original does and per LEGO."""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import msgspec
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from finetune.errors import unusable
from finetune.files.reading import read_any
from finetune.lego.check import check, rule_modules
from finetune.records.course import Courses
from finetune.records.finding import CourseFinding, Severity
from finetune.records.result import Count, CourseResult, Results
from finetune.reports.program import say
from finetune.reports.screen import console
from finetune.statistics.score import course_result, overall_metrics

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
SHORT: dict[Severity, str] = {"critical": "crit.", "medium": "med."}
"""For a screen of 80 columns."""
COLUMNS = ("quality", "quality\nof 30\nseeds", "clean\nLEGOs", "issues\nper 100\nLEGOs", "seeds", "LEGOs", "struct.")


def main(argv: Sequence[str]) -> int:
    """Exit code 0 however bad the courses are, 2 for what cannot be read."""
    parser = argparse.ArgumentParser(prog="finetune score", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a course file, or a folder that has one")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print the figures as JSON")
    how.add_argument("--findings", action="store_true", help="print each finding too")
    args = parser.parse_args(argv)
    courses = read_all(args.paths)
    findings = {code: check(seeds) for code, seeds in courses.items()}
    by_course = {code: course_result(seeds, findings[code]) for code, seeds in courses.items()}
    results = Results(overall_metrics(by_course), by_course)
    if args.json:
        print(str(msgspec.json.encode(results), "utf-8"))
        return 0
    every = [finding for found in findings.values() for finding in found]
    console.print(scores(results))
    console.print(rules(every) if every else "the rules find nothing")
    if args.findings:
        for finding in every:
            say(str(finding))
    elif every:
        console.print("--findings prints each of them")
    return 0


def read_all(paths: Sequence[Path]) -> Courses:
    """The courses of all paths, sorted by code; one code from two paths is refused: a mean would count it twice."""
    places: dict[str, Path] = {}
    courses: Courses = {}
    for path in paths:
        for code, seeds in read_any(path).items():
            if code in places:
                raise unusable(str(path), f"the course {code} is in {places[code]} too", "score them one by one")
            places[code], courses[code] = path, seeds
    return dict(sorted(courses.items()))


def scores(results: Results) -> Table:
    """A row per course, and one over all where they are several."""
    shown = Table(title="quality by the course rules", box=SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    shown.add_column("course", no_wrap=True)
    for name in COLUMNS:
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("issues", no_wrap=True)
    for code, result in results.by_course.items():
        shown.add_row(escape(code), *rates(msgspec.structs.asdict(result)), *counts([result]))
    if len(results.by_course) > 1:
        shown.add_section()
        shown.add_row("all", *rates(results.overall_metrics), *counts(list(results.by_course.values())))
    return shown


def rates(figures: dict[str, Count | None]) -> list[str]:
    """The two qualities, the part of LEGOs that is clean, and the violations per 100 LEGOs."""
    clean, violations = figures["clean_lego_rate"], figures["violations_per_100_legos"]
    return [
        f"{figures['quality']:.1f}",
        f"{figures['scaled_quality']:.1f}",
        "–" if clean is None else f"{clean:.0%}",
        "–" if violations is None else f"{violations:.1f}",
    ]


def counts(courses: Sequence[CourseResult]) -> list[str]:
    """Seeds, LEGOs, structure findings and issues by severity, in these courses together."""
    sizes = sum(course.seeds for course in courses), sum(course.legos for course in courses)
    structure = sum(sum(course.structure.values()) for course in courses)
    issues = [(sum(course.issues[severity] for course in courses), severity) for severity in SEVERITIES[:-1]]
    told = "\n".join(f"{number} {SHORT.get(severity, severity)}" for number, severity in issues if number)
    return [*map(str, (*sizes, structure)), told or "none"]


def rules(findings: Sequence[CourseFinding]) -> Table:
    """A row per rule and severity that found something, the gravest first, with what the rule asks for."""
    shown = Table(title="findings")
    for name in ("rule", "severity"):
        shown.add_column(name, no_wrap=True)
    shown.add_column("found", justify="right")
    shown.add_column("what is asked for")
    found = Counter((SEVERITIES.index(finding.severity), finding.rule) for finding in findings)
    for (severity, rule), number in sorted(found.items()):
        asked = (rule_modules()[rule.lower()].__doc__ or "").strip()
        shown.add_row(rule, SEVERITIES[severity], str(number), asked)
    return shown
