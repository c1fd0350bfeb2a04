"""No seed of the validation side was trained on, in whatever course: one sentence in two languages is one lesson."""

from collections.abc import Iterator, Sequence

from finetune.dataset.digests import seed
from finetune.dataset.found import Entry
from finetune.dataset.samples import Sample, lego

GOOD = Sample((lego(("I want", "quiero")),), (lego(("to eat", "comer"), seed_id="S0002", known="To eat."),), lego=True)
BAD = Sample((lego(("I want", "quiero")),), (lego(("I want", "vorrei"), course="ita_for_eng"),), lego=True)
DIGEST = seed
ACROSS = True


def check_group(group: Sequence[Entry]) -> Iterator[tuple[Entry, str, Sequence[Entry]]]:
    training = [entry for entry in group if entry.side == "training"]
    for entry in group if training else ():
        if entry.side == "validation":
            more = f" and {len(training) - 1} more" if len(training) > 1 else ""
            yield (
                entry,
                f"its seed is trained on in {training[0].where}{more}; keep a seed on one side",
                [*training, entry],
            )
