"""No claim in a training prompt gives away an answer of the validation side."""

from collections.abc import Iterator, Sequence

from finetune.dataset.digests import ASKED, GIVEN, claims
from finetune.dataset.found import Entry
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


def check_group(group: Sequence[Entry]) -> Iterator[tuple[Entry, str, Sequence[Entry]]]:
    given = [entry for entry in group if entry.value == GIVEN]
    for entry in group if given else ():
        if entry.value == ASKED:
            said = f"a pair that it asks for stands among the claims of {given[0].where}; keep validation's claims out"
            yield entry, said, [*given, entry]
