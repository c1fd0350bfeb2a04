"""The terminal: one console, and errors as messages instead of tracebacks."""

import argparse
import errno
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Any

from rich.console import Console
from rich.markup import escape

from finetune.credentials import redacted
from finetune.errors import FinetuneError, printable

CLOSED = 141
"""Who read the output went away, as with `| head -1`: that is no finding, and what a shell says of a SIGPIPE."""


class Screen(Console):
    """A console that leaves it to `run` when nobody reads on. What is no markup may be anybody's words: it moves no
    cursor."""

    def print(self, *objects: Any, markup: bool | None = None, **how: Any) -> None:
        if markup is False:
            objects = tuple(clean(one) if isinstance(one, str) else one for one in objects)
        super().print(*objects, markup=markup, **how)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


console = Screen(highlight=False, soft_wrap=True, emoji=False)
errors = Screen(highlight=False, soft_wrap=True, stderr=True, emoji=False)


def run(main: Callable[[Sequence[str]], int], argv: Sequence[str] | None = None) -> int:
    """Run a program's main; its exit code is 0, 1 (failed), 2 (unusable input), 130 (interrupted) or CLOSED."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name need not be UTF-8
    try:
        code = main(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
        return code
    except FinetuneError as error:
        errors.print(f"[bold red]error:[/] {escape(redacted(clean(str(error))))}")
        return error.exit_code
    except KeyboardInterrupt:
        errors.print("interrupted: what was done is kept; the same command goes on from here")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes it once more
        return CLOSED
    except OSError as error:
        errors.print(f"[bold red]error:[/] {escape(redacted(told(error)))}")
        return 1
    except UnicodeEncodeError as error:  # bytes of the command line that are no text
        what = escape(clean(redacted(ascii(error.object))))
        errors.print(f"[bold red]error:[/] {what}: not UTF-8; write it in UTF-8")
        return 2
    except Exception:  # a mistake of ours: its traceback, which may have an SDK's words in it
        errors.print(redacted(traceback.format_exc()), markup=False)
        return 1


def told(error: OSError) -> str:
    """An operating system's error in a user's words."""
    where = error.filename or "output"
    if error.filename and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{where}: the disk is full; nothing was half-written: free some space and run the same command again"
    return f"{where}: {error.strerror or error}"


def ring(title: str) -> None:
    """The bell, and the window's title: who waits for hours looks elsewhere. Nothing where no terminal is."""
    if errors.is_terminal:
        errors.bell()
        errors.set_window_title(printable(title))


def note(text: str) -> None:
    """What a person should know besides what was asked for."""
    console.print(f"note: {text}", markup=False)


def clean(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def natural(text: str) -> int:
    """A number of 0 or more, from a command line."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 0 or more")
    return int(text)


def count(number: int, noun: str) -> str:
    """1 seed, 2 seeds."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
