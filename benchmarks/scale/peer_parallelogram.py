"""parallelogram's check of a file, by its command: `python -m … TRAINING VALIDATION…`."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.scale.peer import each_pair


def problems(path: Path) -> int:
    """Its errors and its warnings."""
    program = Path(sys.executable).with_name("parallelogram")
    done = subprocess.run((program, "check", path, "--json"), capture_output=True, text=True, check=False)
    if not done.stdout.strip().startswith("{"):
        raise SystemExit(f"parallelogram, exit code {done.returncode}: {done.stderr.strip()[-300:]}")
    summary = json.loads(done.stdout)["summary"]
    return int(summary["errors"]) + int(summary["warnings"])


if __name__ == "__main__":
    each_pair(problems, sys.argv[1:])
