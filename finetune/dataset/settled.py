"""What the corrections of one seed came to: they follow each other, or people disagree."""

from collections.abc import Collection, Sequence

from finetune.errors import unusable
from finetune.records.correcting import Corrected, Reversal
from finetune.records.course import Breakdown, Correction, Seed
from finetune.records.located import Located
from finetune.records.params import Conflicts

Chain = tuple[Correction, ...]


def settle(
    found: Corrected, seed: Seed, lines: Sequence[Located[Correction]], conflicts: Conflicts, retracted: Collection[str]
) -> Seed:
    """The seed as it stands after its corrections, oldest first; what became of them is noted in `found`.

    A correction of what another left follows it. Two of the same breakdown that leave two are a conflict: `latest` and
    `majority` (of reviewers; the latest where it is even) take one, `exclude` takes the latest and calls it disputed.
    Whatever does not lead to what stands is overruled, or disputed with it. A retracted one counts for nothing; but
    where another was built on it, and stands, so does what it left: it is in the chain of that one.
    """
    chains: dict[Breakdown, Chain] = {seed.breakdown: ()}
    ends: dict[Breakdown, None] = {}
    for line in lines:
        one = line.value
        refuse(line, chains)
        if one.id in retracted:
            chains.setdefault(one.after, (*chains[one.before], one))
            continue
        counted = [old for old in chains[one.before] if old.id not in retracted]
        found.reversals += [Reversal(line.where, one, old) for old in counted if takes_back(one, old)]
        chains[one.after] = tuple(dict.fromkeys((*chains.get(one.after, ()), *chains[one.before], one)))
        for breakdown in (one.before, one.after):
            ends.pop(breakdown, None)
        ends[one.after] = None
    if not ends:
        return seed
    stands = list(ends)[-1]
    if conflicts == "majority":
        stands = max(reversed(ends), key=lambda end: len(voters(chains[end], end, retracted)))
    place, leading = (seed.course, seed.seed_id), set(chains[stands])
    found.chains[place] = tuple(one for one in chains[stands] if one.id not in retracted or one.before != stands)
    counted = [line.value for line in lines if line.value.id not in retracted]
    if len(ends) > 1 and conflicts == "exclude":
        found.disputed[place] = tuple(counted)
    else:
        found.overruled += [one for one in counted if one not in leading]
    return seed.with_breakdown(stands)


def voters(chain: Chain, end: Breakdown, retracted: Collection[str]) -> set[str]:
    """The reviewers who led to this end; whoever corrected it, and was corrected in turn, or retracted, did not."""
    return {one.reviewer for one in chain if one.before != end and one.id not in retracted}


def takes_back(one: Correction, earlier: Correction) -> bool:
    return one.after == earlier.before and one.before == earlier.after


def refuse(line: Located[Correction], chains: dict[Breakdown, Chain]) -> None:
    one = line.value
    if one.before not in chains:
        raise unusable(
            line.where,
            f"'before' is not a breakdown that {one.course} {one.seed_id} had by then",
            "take it from the course, or as an earlier correction of that seed left it",
        )
    if one.after == one.before:
        raise unusable(line.where, "'after' is the same as 'before'", "take the line out, or write what is right")
