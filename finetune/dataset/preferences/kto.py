"""Unpaired preferences, as TRL's KTO takes them: each answer a line, with a label of whether it is a good one."""

from collections.abc import Iterator

from finetune.dataset.preferences import Preference


def write(pair: Preference) -> Iterator[object]:
    yield {"prompt": pair.prompt, "completion": [pair.chosen], "label": True}
    yield {"prompt": pair.prompt, "completion": [pair.rejected], "label": False}
