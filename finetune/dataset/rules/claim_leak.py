"""No claim in a training prompt gives away an answer of the validation side."""

from collections.abc import Iterator

from finetune.dataset.digests import claims
from finetune.dataset.entries import INVOLVED, Group, Involving
from finetune.dataset.samples import Sample, lego

GOOD = Sample(
    (lego(("to eat", "comer"), claims=(("I", "yo"),)),), (lego(("I want", "quiero"), seed_id="S0002"),), lego=True
)
BAD = Sample(
    (lego(("to eat", "comer"), claims=(("I want", "quiero"),)),),
    (lego(("I want", "quiero"), seed_id="S0002"),),
    lego=True,
)
DIGEST = claims
ACROSS = True


def check_group(group: Group) -> Iterator[Involving]:
    given = group.training.first(INVOLVED - 1)
    for entry in group.validation if given else ():
        said = f"a pair that it asks for stands among the claims of {given[0].where}; keep validation's claims out"
        yield entry, said, [*given, entry]
