"""A dataset's findings: for people, as JSON, as annotations on GitHub, and as SARIF for code scanning."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath
from urllib.parse import quote

import msgspec

from finetune.dataset.found import MOST
from finetune.dataset.rules import rule_modules, severity
from finetune.linting import Linted
from finetune.records.finding import DatasetFinding
from finetune.reports.program import count

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
COLUMNS = "unicodeCodePoints"


def errors(linted: Linted) -> int:
    """Rows with an error, rule by rule."""
    return sum(rows - linted.warned[rule] for rule, rows in linted.rows.items() if severity(rule) == "error")


def title(rule: str) -> str:
    """What a rule says of itself."""
    return (rule_modules()[rule].__doc__ or "").splitlines()[0].replace("`", "")


def told(linted: Linted, most: int) -> Iterator[str]:
    """The first findings of each rule, in the order of the lines, and how many more there are."""
    shown: Counter[str] = Counter()
    for finding in linted.findings:
        shown[finding.rule] += 1
        if shown[finding.rule] <= most:
            yield f"{finding}" + (" (warning)" if finding.severity == "warning" else "")
    for rule, size in shown.items():
        if size > most:
            more, rows = count(size - most, "more finding"), count(linted.rows[rule], "row")
            told = "--json has the first" if size >= MOST else "--json has them"
            yield f"{rule}: {more}, in {rows} in all; {told}{f' {MOST:,}' * (size >= MOST)}"


def left_out(linted: Linted) -> Iterator[str]:
    """What was found and is not told, since that was asked for."""
    for rule, rows in linted.ignored.items():
        if rows:
            yield f"ignored: {rule} in {count(rows, 'row')}"


def as_json(linted: Linted) -> dict[str, object]:
    return {
        "findings": msgspec.to_builtins(linted.findings),
        "counts": linted.rows,
        "ignored": linted.ignored,
        "records": linted.records,
    }


def as_annotations(linted: Linted) -> Iterator[str]:
    """Workflow commands of GitHub Actions, which it shows beside the lines."""
    for one in linted.findings:
        place = f"file={escaped(one.file, ',:')},line={max(one.line, 1)}" + (f",col={one.column}" * bool(one.column))
        yield f"::{one.severity} {place},title={one.rule}::{escaped(one.message)}"


def escaped(text: str, more: str = "") -> str:
    """As workflow commands ask for: % first, then line ends, and in a property , and : as well."""
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_sarif(linted: Linted) -> dict[str, object]:
    """SARIF 2.1.0, OASIS: one run, with every rule, so that a clean file says what it was held against."""
    rules = [
        {"id": rule, "shortDescription": {"text": title(rule)}, "defaultConfiguration": {"level": severity(rule)}}
        for rule in rule_modules()
    ]
    driver = {"name": "finetune lint", "rules": rules}
    return {
        "$schema": SARIF,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": COLUMNS, "results": list(map(result, linted.findings))}],
    }


def result(one: DatasetFinding) -> dict[str, object]:
    region = {"startLine": max(one.line, 1)} | ({"startColumn": one.column} if one.column else {})
    others = [other.rpartition(":") for other in one.lines]
    return {
        "ruleId": one.rule,
        "level": one.severity,
        "message": {"text": one.message},
        "locations": [place(one.file, region)],
        "relatedLocations": [place(file, {"startLine": int(line)}) for file, _, line in others],
    }


def place(file: str, region: dict[str, int]) -> dict[str, object]:
    path = PurePath(file)
    uri = path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
