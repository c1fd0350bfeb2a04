"""Runs every course rule: each module of finetune/lego/rules is one."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

from finetune.lego import rules
from finetune.records.course import Seed
from finetune.records.finding import CourseFinding

Rule = Callable[[Sequence[Seed]], Iterator[CourseFinding]]


def rule_modules() -> dict[str, ModuleType]:
    """Rule id -> its module, sorted by id; the file's name is the id."""
    names = sorted(info.name for info in pkgutil.iter_modules(rules.__path__))
    return {name: importlib.import_module(f"{rules.__name__}.{name}") for name in names}


def check(course: Sequence[Seed]) -> list[CourseFinding]:
    """All findings in a course's seeds (in teaching order), rule by rule."""
    return [finding for module in rule_modules().values() for finding in module.check(course)]


def critical(findings: Sequence[CourseFinding]) -> list[CourseFinding]:
    """The findings that break a law: nothing that has one is taught."""
    return [finding for finding in findings if finding.severity == "critical"]
