"""Together's own check of a file, by its SDK: `python -m … TRAINING VALIDATION…`."""

import sys
from pathlib import Path

from benchmarks.scale.peer import each_pair


def problems(path: Path) -> int:
    """1 where the file does not pass: the check ends at the first thing that is wrong."""
    from together.lib.utils.files import check_file

    return int(not check_file(path)["is_check_passed"])


if __name__ == "__main__":
    each_pair(problems, sys.argv[1:])
