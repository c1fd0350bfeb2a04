"""One prompt has one answer."""

from collections.abc import Iterator

from finetune.dataset.digests import prompt
from finetune.dataset.entries import INVOLVED, Group, Involving
from finetune.dataset.samples import Sample, chat

GOOD = Sample((chat("Split: a"), chat("Split: b", "b = c")))
BAD = Sample((chat(), chat(answer="I want = deseo")))
DIGEST = prompt


def check_group(group: Group) -> Iterator[Involving]:
    """A validation line whose prompt is trained on has the graver finding that it is."""
    asked = group.training if len(group.training) else group.validation
    if (answers := asked.values()) > 1:
        first = asked.first(INVOLVED)
        where = ", ".join(entry.where for entry in first[:4]) + (" …" if len(asked) > 4 else "")
        for entry in asked:
            yield entry, f"one prompt with {answers} answers, in {where}; keep the right one", first
