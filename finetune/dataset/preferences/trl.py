"""TRL's conversational preference format: prompt, chosen and rejected, each a list of messages."""

from collections.abc import Iterator

from finetune.dataset.preferences import Preference


def write(pair: Preference) -> Iterator[object]:
    yield {"prompt": pair.prompt, "chosen": [pair.chosen], "rejected": [pair.rejected]}
