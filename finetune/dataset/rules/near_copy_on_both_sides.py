"""No prompt of the validation side is one that was trained on, but for case, space and punctuation."""

from collections.abc import Iterator, Sequence

from finetune.dataset.digests import words
from finetune.dataset.found import Entry
from finetune.dataset.samples import Sample, chat

GOOD = Sample((chat("Split: a"),), (chat("Split: b"),))
BAD = Sample((chat("Split: I want to eat."),), (chat("split: i want to eat"),))
DIGEST = words
ACROSS = True


def check_group(group: Sequence[Entry]) -> Iterator[tuple[Entry, str, Sequence[Entry]]]:
    """An exact copy is another rule's."""
    training = {entry.value: entry for entry in group if entry.side == "training"}
    for entry in group if training else ():
        if entry.side == "validation" and entry.value not in training:
            one = next(iter(training.values()))
            said = f"its prompt is trained on in {one.where}, but for case, space or punctuation; keep it on one side"
            yield entry, said, (one, entry)
