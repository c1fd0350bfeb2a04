"""`python -m finetune COMMAND`: each module of finetune/commands is a command."""

import importlib
import pkgutil
import sys
from collections.abc import Sequence

from finetune import commands
from finetune.errors import unusable
from finetune.garbage import look_seldom
from finetune.reports.program import run, say


def names() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules(commands.__path__))


def title(name: str) -> str:
    """The first line of a command's docstring."""
    return (importlib.import_module(f"{commands.__name__}.{name}").__doc__ or "").splitlines()[0]


def main(argv: Sequence[str]) -> int:
    if not argv or argv[0] in ("-h", "--help"):
        say("usage: python -m finetune COMMAND [--help]\n\ncommands:")
        for name in names():
            say(f"  {name:<8} {title(name)}")
        return 0 if argv else 2
    if argv[0] not in names():
        raise unusable(argv[0], "no such command", f"known: {', '.join(names())}")
    return int(importlib.import_module(f"{commands.__name__}.{argv[0]}").main(argv[1:]))


if __name__ == "__main__":
    look_seldom()
    sys.exit(run(main))
