"""The dataset rules, one file each; the file's name is the rule's id.

A rule looks at one line (`check`), at one text of a line (`check_text`), at lines that share a digest (`DIGEST` and
`check_group`), or at what was counted in whole files (`check_files`, after `gather`). So files of any size pass through
in pieces, on any number of processes.

`gather` gives lines with a label each, and whether such a line may have to be told. A rule may say besides:

- `SEVERITY`: warning, where it is no error; a problem of another rule is one by itself with `warns`.
- `HINTS`: it sees only what has one of these in a text.
- `suspects(lines)`: of many lines, those in which `check` may find something, where that is faster than to check each.
- `PLAIN = False`: it sees no line that is plain.
- `SHAPE = True`: of a plain line, it looks at the roles and at whether there is a system prompt; it sees one of those
  that are alike.
- `ACROSS = True`: it sees no group whose lines are all of one side.
- `FIX`: what `mend` does, or what `DROPS_REPEATS` does.
"""

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Literal

from finetune.errors import unusable


@cache
def rule_modules() -> dict[str, ModuleType]:
    """Rule id in kebab case -> its module, sorted."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return {name.replace("_", "-"): importlib.import_module(f"{__name__}.{name}") for name in names}


@cache
def rules_with(function: str, only: frozenset[str] = frozenset()) -> tuple[tuple[str, ModuleType], ...]:
    """The rules, or `only` these of them, that have such a function."""
    rules = ((rule, module) for rule, module in rule_modules().items() if not only or rule in only)
    return tuple((rule, module) for rule, module in rules if hasattr(module, function))


def known_rules(names: Iterable[str], where: str) -> frozenset[str]:
    """The names, each of which is a rule's. FinetuneError for one that is not."""
    for name in names:
        if name not in rule_modules():
            raise unusable(where, f"no rule {name!r}", f"known: {', '.join(rule_modules())}")
    return frozenset(names)


def severity(rule: str) -> Literal["error", "warning"]:
    """error, or warning where the rule says so."""
    return getattr(rule_modules()[rule], "SEVERITY", "error")
