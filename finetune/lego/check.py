"""Runs every course rule: each module of finetune/lego/rules is one."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from types import ModuleType

from finetune.lego import rules
from finetune.records.course import Seed
from finetune.records.finding import CourseFinding

Rule = Callable[[Sequence[Seed]], Iterator[CourseFinding]]


@cache
def rule_modules() -> dict[str, ModuleType]:
    """Rule id -> its module, sorted by id; the file's name is the id."""
    names = sorted(info.name for info in pkgutil.iter_modules(rules.__path__))
    return {name: importlib.import_module(f"{rules.__name__}.{name}") for name in names}


def check(course: Sequence[Seed]) -> list[CourseFinding]:
    """All findings in a course's seeds (in teaching order), rule by rule."""
    return [finding for module in rule_modules().values() for finding in module.check(course)]


@cache
def laws() -> tuple[ModuleType, ...]:
    """The rules of FD and FCFS, which are the critical ones, and that a chunk stands in its sentence."""
    names = (name for name in rule_modules() if name.startswith(("fd_", "fcfs_")) or name == "chunk_not_in_sentence")
    return tuple(rule_modules()[name] for name in names)


@cache
def seed_laws() -> tuple[ModuleType, ...]:
    """Those of them that a seed keeps or breaks by itself: FCFS is between seeds."""
    return tuple(law for law in laws() if not law.__name__.rpartition(".")[2].startswith("fcfs_"))


def critical(findings: Sequence[CourseFinding]) -> list[CourseFinding]:
    """The findings that break a law: nothing that has one is taught."""
    return [finding for finding in findings if finding.severity == "critical"]
