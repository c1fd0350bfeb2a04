"""Runs every course rule: each module of finetune/lego/rules is one."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from types import ModuleType

from finetune.lego import rules
from finetune.records.course import Seed
from finetune.records.finding import CourseFinding


@cache
def rule_modules() -> dict[str, ModuleType]:
    """Rule id -> its module, sorted by id; the file's name is the id."""
    names = sorted(info.name for info in pkgutil.iter_modules(rules.__path__))
    return {name: importlib.import_module(f"{rules.__name__}.{name}") for name in names}


def check(course: Sequence[Seed]) -> list[CourseFinding]:
    """All findings in a course's seeds (in teaching order), rule by rule."""
    return [finding for rule in rule_modules() for finding in findings(rule, course)]


def findings(rule: str, course: Sequence[Seed]) -> Iterator[CourseFinding]:
    """What one rule finds in a course's seeds."""
    module = rule_modules()[rule]
    return module.check(course) if hasattr(module, "check") else in_chunks(rule, course)


def in_chunks(rule: str, course: Iterable[Seed]) -> Iterator[CourseFinding]:
    """What a rule finds that looks at each LEGO by itself, and at nothing of it but the chunks."""
    module = rule_modules()[rule]
    for seed in course:
        for lego in seed.lego_pairs:
            for what in wrong(rule, lego.target_chunk, lego.known_chunk):
                yield CourseFinding(
                    rule.upper(),
                    module.SEVERITY,
                    seed.course,
                    seed.seed_id,
                    f"{lego.lego_id} {what}",
                    lego.known_chunk,
                    lego_id=lego.lego_id,
                )


@lru_cache(maxsize=1 << 14)
def wrong(rule: str, target: str, known: str) -> tuple[str, ...]:
    """What is wrong with the chunks of a LEGO by such a rule: the same chunks are in many seeds."""
    return tuple(rule_modules()[rule].check_chunks(target, known))


@cache
def laws() -> tuple[str, ...]:
    """The critical rules: FD and FCFS."""
    return tuple(rule for rule, module in rule_modules().items() if getattr(module, "SEVERITY", "") == "critical")


@cache
def chunk_laws() -> tuple[str, ...]:
    """Those of them that look at chunks alone."""
    return tuple(rule for rule in laws() if hasattr(rule_modules()[rule], "check_chunks"))


@lru_cache(maxsize=1 << 14)
def is_unlawful(target: str, known: str) -> bool:
    """Whether the chunks of a LEGO break a law by themselves."""
    return any(what for rule in chunk_laws() for what in rule_modules()[rule].check_chunks(target, known))


def unlawful(seeds: Sequence[Seed]) -> list[CourseFinding]:
    """The findings of the critical rules that look at chunks alone."""
    legos = [lego for seed in seeds for lego in seed.lego_pairs]
    if any(map(is_unlawful, [lego.target_chunk for lego in legos], [lego.known_chunk for lego in legos])):
        return [finding for rule in chunk_laws() for finding in in_chunks(rule, seeds)]
    return []


def breaches(course: Sequence[Seed], earlier: Sequence[Seed] = ()) -> list[CourseFinding]:
    """The critical findings in seeds that come after those `earlier`, in less time than all are found."""
    between = [rule for rule in laws() if rule not in chunk_laws()]
    return [*(one for rule in between for one in findings(rule, [*earlier, *course])), *unlawful(course)]


def critical(findings: Iterable[CourseFinding]) -> list[CourseFinding]:
    """The findings that break a law: nothing that has one is taught."""
    return [finding for finding in findings if finding.severity == "critical"]
