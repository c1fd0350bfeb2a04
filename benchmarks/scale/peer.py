"""What a peer's check prints: how many problems it has with each pair of files."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path


def each_pair(problems: Callable[[Path], int], paths: Sequence[str]) -> None:
    """Print the problems of the first and second file, of the third and fourth, and so on, as a JSON list."""
    counts = [problems(Path(path)) for path in paths]
    sys.stdout.write(json.dumps([sum(counts[at : at + 2]) for at in range(0, len(counts), 2)]) + "\n")
