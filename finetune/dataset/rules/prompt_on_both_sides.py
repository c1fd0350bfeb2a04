"""No prompt of the validation side was trained on: its score would be memory."""

from collections.abc import Iterator, Sequence

from finetune.dataset.digests import prompt
from finetune.dataset.found import Entry
from finetune.dataset.samples import Sample, chat

GOOD = Sample((chat("Split: a"),), (chat("Split: b"),))
BAD = Sample((chat(),), (chat(answer="I want = deseo"),))
DIGEST = prompt
ACROSS = True


def check_group(group: Sequence[Entry]) -> Iterator[tuple[Entry, str, Sequence[Entry]]]:
    training = [entry for entry in group if entry.side == "training"]
    for entry in group if training else ():
        if entry.side == "validation":
            yield entry, f"its prompt is trained on in {training[0].where}; keep it on one side", [*training, entry]
