"""Lines that share a prompt."""

from collections.abc import Sequence

from finetune.records.dataset import Line


def by_prompt(lines: Sequence[Line]) -> dict[tuple[str, str], list[Line]]:
    """(system, user text) -> its lines, of either side, in order; lines without a user text are left to other rules."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        user = line.said("user")
        if line.example is not None and user is not None:
            groups.setdefault((line.example.system, user), []).append(line)
    return groups
