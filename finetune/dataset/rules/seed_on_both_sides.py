"""No seed of the validation side was trained on, in whatever course: one sentence in two languages is one lesson."""

from collections.abc import Iterator

from finetune.dataset.digests import seed
from finetune.dataset.entries import INVOLVED, Group, Involving
from finetune.dataset.samples import Sample, lego

GOOD = Sample((lego(("I want", "quiero")),), (lego(("to eat", "comer"), seed_id="S0002", known="To eat."),), lego=True)
BAD = Sample((lego(("I want", "quiero")),), (lego(("I want", "vorrei"), course="ita_for_eng"),), lego=True)
DIGEST = seed
ACROSS = True


def check_group(group: Group) -> Iterator[Involving]:
    trained, more = group.training.first(INVOLVED - 1), ""
    if len(group.training) > 1:
        more = f" and {len(group.training) - 1} more"
    for entry in group.validation if trained else ():
        yield entry, f"its seed is trained on in {trained[0].where}{more}; keep a seed on one side", [*trained, entry]
