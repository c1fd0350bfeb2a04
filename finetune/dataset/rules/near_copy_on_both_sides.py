"""No prompt of the validation side is one that was trained on, but for case, space and punctuation."""

from collections.abc import Iterator

from finetune.dataset.digests import words
from finetune.dataset.entries import Group, Involving
from finetune.dataset.samples import Sample, chat

GOOD = Sample((chat("Split: a"),), (chat("Split: b"),))
BAD = Sample((chat("Split: I want to eat."),), (chat("split: i want to eat"),))
DIGEST = words
ACROSS = True


def check_group(group: Group) -> Iterator[Involving]:
    """An exact copy is another rule's."""
    if not len(group.training):
        return
    (one,) = group.training.first(1)
    size = max(map(len, group))
    for trained, tested in zip(group.training.parts(size), group.validation.parts(size), strict=True):
        exact = {entry.value for entry in trained}
        for entry in tested:
            if entry.value not in exact:
                said = (
                    f"its prompt is trained on in {one.where}, but for case, space or punctuation; keep it on one side"
                )
                yield entry, said, [one, entry]
