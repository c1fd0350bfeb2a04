"""What a program begins and ends with: its exit code, errors as messages instead of tracebacks, and plain lines.

Colours, tables and bars are the screen's, which takes longer to start than a small file to read.
"""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import TextIO

from finetune.credentials import redacted
from finetune.errors import FinetuneError, printable

CLOSED = 141
"""Who read the output went away, as with `| head -1`: that is no finding, and what a shell says of a SIGPIPE."""


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
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        say("interrupted: what was done is kept; the same command goes on from here", sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes it once more
        return CLOSED
    except OSError as error:
        complain(told(error))
        return 1
    except UnicodeEncodeError as error:  # bytes of the command line that are no text
        complain(f"{error.object!a}: not UTF-8; write it in UTF-8")
        return 2
    except Exception:  # a mistake of ours: its traceback, which may have an SDK's words in it
        from traceback import format_exc

        say(redacted(format_exc()), sys.stderr)
        return 1


def told(error: OSError) -> str:
    """An operating system's error in a user's words."""
    where = error.filename or "output"
    if error.filename and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{where}: the disk is full; nothing was half-written: free some space and run the same command again"
    return f"{where}: {error.strerror or error}"


def complain(text: str) -> None:
    """Say what is wrong, without a key and on standard error."""
    from rich.markup import escape

    from finetune.reports.screen import errors

    errors.print(f"[bold red]error:[/] {escape(redacted(clean(text)))}")


def say(text: str, to: TextIO | None = None) -> None:
    """A line, or some, at once, on standard output or `to`. It may hold anybody's words: it moves no cursor."""
    print(clean(text), file=to, flush=True)


def conclude(text: str, verdict: str, colour: str) -> None:
    """The last line, whose verdict has a colour on a terminal."""
    if not sys.stdout.isatty():
        say(f"{text}{verdict}")
        return
    from rich.markup import escape

    from finetune.reports.screen import console

    console.print(f"{escape(clean(text))}[{colour}]{escape(verdict)}[/]")


def note(text: str) -> None:
    """What a person should know besides what was asked for."""
    say(f"note: {text}")


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
