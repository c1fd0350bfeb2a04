"""What the corrections of one seed came to: they follow each other, or people disagree."""

from collections.abc import Collection, Container, Iterable, Sequence
from itertools import takewhile

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
    `majority` (of reviewers, each by the last word; the latest where it is even) take one, `exclude` takes the latest
    and calls it disputed. Whatever does not lead to what stands is overruled, or disputed with it. A retracted one
    counts for nothing; but where another was built on it, and stands, so does what it left: it is in the chain of that
    one, unless others came to the same without it.
    """
    chains: dict[Breakdown, Chain] = {seed.breakdown: ()}
    withdrawn: dict[Breakdown, Chain] = {}  # what only a retracted one led to, so far
    ends: dict[Breakdown, None] = {}
    last: dict[str, Correction] = {}  # of each reviewer
    for line in lines:
        one = line.value
        refuse(line, chains, withdrawn)
        led = chains[one.before] if one.before in chains else withdrawn[one.before]
        if one.id in retracted:
            withdrawn.setdefault(one.after, (*led, one))
            continue
        if taken := tuple(old for old in taken_back(one, led) if old.id not in retracted):
            found.reversals.append(Reversal(line.where, one, taken))
        chains[one.after] = tuple(dict.fromkeys((*chains.get(one.after, ()), *led, one)))
        between = takewhile(lambda old: old.id in retracted, reversed(led))
        for breakdown in (one.before, *(old.before for old in between), one.after):
            ends.pop(breakdown, None)
        ends[one.after] = None
        last[one.reviewer] = one
    if not ends:
        return seed
    stands = list(ends)[-1]
    if conflicts == "majority":
        stands = max(reversed(ends), key=lambda end: votes(chains[end], end, last.values()))
    place, leading = (seed.course, seed.seed_id), set(chains[stands])
    counted = [line.value for line in lines if line.value.id not in retracted]
    if len(ends) > 1 and conflicts == "exclude":
        found.disputed[place] = tuple(counted)
    else:
        found.chains[place] = carried(chains[stands], stands, retracted)
        found.overruled += [one for one in counted if one not in leading]
    return seed.with_breakdown(stands)


def carried(chain: Chain, end: Breakdown, retracted: Collection[str]) -> Chain:
    """Without the retracted ones of which nothing is left."""
    withdrawn = {one for one in chain if one.id in retracted}
    gone = withdrawn and withdrawn & left_again(chain, end)
    return tuple(one for one in chain if one not in gone) if gone else chain


def votes(chain: Chain, end: Breakdown, last: Iterable[Correction]) -> int:
    """How many people's last word led to this end; who corrected it, and was corrected in turn, did not."""
    return len({*chain}.intersection(last) - left_again(chain, end))


def left_again(chain: Chain, end: Breakdown) -> set[Correction]:
    """Those that led away from this end, before others led back to it."""
    return {one for one in onward(chain, end) if one.after != end}


def taken_back(one: Correction, led: Chain) -> list[Correction]:
    """Those that led from what this one says to what it corrects: A → B, B → C, later C → A. Oldest first."""
    if not led:
        return []
    found, wanted = [], {one.before}
    for old in reversed(onward(led, one.after)):
        if old.after in wanted:
            wanted.add(old.before)
            found.append(old)
    return found[::-1]


def onward(chain: Chain, start: Breakdown) -> list[Correction]:
    """Those of a chain that follow from a breakdown."""
    found, reached = [], {start}
    for one in chain:
        if one.before in reached:
            reached.add(one.after)
            found.append(one)
    return found


def refuse(line: Located[Correction], *known: Container[Breakdown]) -> None:
    one = line.value
    if not any(one.before in breakdowns for breakdowns in known):
        raise unusable(
            line.where,
            f"'before' is not a breakdown that {one.course} {one.seed_id} had by then",
            "take it from the course, or as an earlier correction of that seed left it",
        )
    if one.after == one.before:
        raise unusable(line.where, "'after' is the same as 'before'", "take the line out, or write what is right")
