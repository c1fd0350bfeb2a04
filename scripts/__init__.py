"""The stages: one thin program each, run by DVC as `python -m scripts.STAGE`."""

import sys
from types import TracebackType

from finetune.garbage import look_seldom

look_seldom()


def interrupted(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    """Ctrl-C while a stage still imports what it needs is no reason for a traceback either."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("interrupted: nothing was begun\n")
    else:
        sys.__excepthook__(kind, error, at)


sys.excepthook = interrupted
