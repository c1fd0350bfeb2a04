"""Runs every dataset rule: each module of finetune/dataset/rules is one; the file's name is the rule's id."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator, Sequence

import msgspec

from finetune.dataset import rules
from finetune.records.dataset import Example, Line, Side
from finetune.records.finding import DatasetFinding
from finetune.records.params import Validate

Found = tuple[Line, str] | tuple[Line, str, Sequence[Line]]
"""What a rule yields: the line at fault, what is wrong and what would be right, and the other lines involved."""
Rule = Callable[[Sequence[Line], Validate], Iterator[Found]]


def rule_checks() -> dict[str, Rule]:
    """Rule id in kebab case -> its check, sorted."""
    names = sorted(info.name for info in pkgutil.iter_modules(rules.__path__))
    return {name.replace("_", "-"): importlib.import_module(f"{rules.__name__}.{name}").check for name in names}


def read_line(file: str, number: int, side: Side, text: str) -> Line:
    """A line of a file, decoded as far as it can be."""
    try:
        value = json.loads(text)
    except ValueError as error:
        return Line(file, number, side, text, error=str(error))
    try:
        return Line(file, number, side, text, value, example=msgspec.convert(value, Example))
    except msgspec.ValidationError as error:
        return Line(file, number, side, text, value, error=str(error))


def lint(lines: Sequence[Line], params: Validate) -> list[DatasetFinding]:
    """All findings in the lines of both sides, in the order of the lines."""
    findings = []
    for rule, check in rule_checks().items():
        for line, message, *others in check(lines, params):
            involved = tuple(other.where for other in others[0]) if others else ()
            findings.append(DatasetFinding(line.file, line.number, rule, message, involved))
    order = {(line.file, line.number): position for position, line in enumerate(lines)}
    return sorted(findings, key=lambda found: (order.get((found.file, found.line), -1), found.rule, found.message))
