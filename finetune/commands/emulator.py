"""Serve a provider with fine-tuning on this machine, without a key, that goes wrong when told to."""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from finetune.errors import unusable

NEEDED = ("h11", "python_multipart", "starlette", "uvicorn")


def main(argv: Sequence[str]) -> int:
    """Exit code 0 after SIGINT or SIGTERM. The first line of its output is its address, once it serves."""
    args = parse(argv)
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        what = f"it needs {', '.join(missing)}, which are not installed"
        raise unusable("finetune emulator", what, 'install the extra `emulator`: pip install "finetune[emulator]"')
    from finetune.emulator.schedule import read_faults
    from finetune.emulator.serving import serve

    faults = read_faults(args.faults) if args.faults else []
    with tempfile.TemporaryDirectory(prefix="emulator-") as temporary:
        store = args.store or Path(temporary)
        asyncio.run(serve(store, faults, args.port, args.seconds_per_stage, lambda url: print(url, flush=True)))
    return 0


def parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="finetune emulator", description=__doc__)
    parser.add_argument("--port", type=port, default=0, metavar="N", help="of 127.0.0.1 (0: a free one)")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="what goes wrong, and when: JSON or TOML")
    parser.add_argument("--store", type=Path, metavar="FOLDER", help="where its state is kept (else: nowhere)")
    shortest = "the shortest time that a job stays in a stage (0)"
    parser.add_argument("--seconds-per-stage", type=seconds, default=0.0, metavar="S", help=shortest)
    return parser.parse_args(argv)


def port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 0 to 65535")
    return int(text)


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 3600")
    return value
