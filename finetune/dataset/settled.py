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
    """
    chains: dict[Breakdown, Chain] = {seed.breakdown: ()}
    votes: dict[Breakdown, list[Correction]] = {}
    for line in lines:
        one = line.value
        refuse(line, chains)
        if one.id in retracted:
            chains.setdefault(one.after, chains[one.before])
            continue
        found.reversals += [Reversal(line.where, one, old) for old in chains[one.before] if takes_back(one, old)]
        chains[one.after] = (*chains[one.before], one)
        votes.pop(one.before, None)
        votes[one.after] = [*votes.pop(one.after, []), one]
    if not votes:
        return seed
    stands = list(votes)[-1]
    if conflicts == "majority":
        stands = max(reversed(votes), key=lambda after: len({one.reviewer for one in votes[after]}))
    place = seed.course, seed.seed_id
    found.chains[place] = tuple(dict.fromkeys((*chains[stands], *votes[stands])))
    against = [one for after, ones in votes.items() if after != stands for one in ones]
    if against and conflicts == "exclude":
        found.disputed[place] = tuple(one for ones in votes.values() for one in ones)
    else:
        found.overruled += against
    return seed.with_breakdown(stands)


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
