"""A process that has everything imported, and forks a submitting process for each line of its input."""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic  # noqa: F401, imported once for all

import finetune.providers.anthropic  # noqa: F401
import scripts.submit
from finetune.reports.program import run
from tests.crashes.arguments import arguments
from tests.crashes.boundaries import Boundary


def submit(case: dict[str, Any], said: int) -> int:
    """What a forked process does: `case` names its folder, and how and where it is stopped."""
    os.chdir(case["folder"])
    os.environ.update(case["environment"])
    for stream in (1, 2):
        os.dup2(said, stream)
    if jump := case.get("clock"):
        real = time.time
        time.time = lambda: real() + jump
        scripts.submit.now = lambda: str(case["now"])
    boundary = Boundary(case.get("at", 0), case.get("how", "kill"))
    boundary.arm()
    code = run(scripts.submit.main, arguments(Path()))
    sys.setprofile(None)
    Path(case["log"]).write_text(json.dumps(boundary.log), encoding="utf-8")
    return code


def outcomes() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        case = json.loads(line)
        said = os.open(f"{case['log']}.said", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = submit(case, said)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        os.close(said)
        _, status = os.waitpid(child, 0)
        yield {"code": os.waitstatus_to_exitcode(status), "said": Path(f"{case['log']}.said").read_text("utf-8")}


if __name__ == "__main__":
    print("ready", flush=True)
    for outcome in outcomes():
        print(json.dumps(outcome), flush=True)
