"""One prompt has one answer."""

from collections.abc import Iterator, Sequence

from finetune.dataset.digests import prompt
from finetune.dataset.found import Entry
from finetune.dataset.samples import Sample, chat

GOOD = Sample((chat("Split: a"), chat("Split: b", "b = c")))
BAD = Sample((chat(), chat(answer="I want = deseo")))
DIGEST = prompt


def check_group(group: Sequence[Entry]) -> Iterator[tuple[Entry, str, Sequence[Entry]]]:
    """A validation line whose prompt is trained on has the graver finding that it is."""
    training = [entry for entry in group if entry.side == "training"]
    asked = training or group
    answers = len({entry.value for entry in asked})
    if answers > 1:
        where = ", ".join(entry.where for entry in asked[:4]) + (" …" if len(asked) > 4 else "")
        for entry in asked:
            yield entry, f"one prompt with {answers} answers, in {where}; keep the right one", asked
