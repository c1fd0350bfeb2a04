"""No prompt of the validation side was trained on: its score would be memory."""

from collections.abc import Iterator

from finetune.dataset.digests import prompt
from finetune.dataset.entries import INVOLVED, Group, Involving
from finetune.dataset.samples import Sample, chat

GOOD = Sample((chat("Split: a"),), (chat("Split: b"),))
BAD = Sample((chat(),), (chat(answer="I want = deseo"),))
DIGEST = prompt
ACROSS = True


def check_group(group: Group) -> Iterator[Involving]:
    trained = group.training.first(INVOLVED - 1)
    for entry in group.validation if trained else ():
        yield entry, f"its prompt is trained on in {trained[0].where}; keep it on one side", [*trained, entry]
