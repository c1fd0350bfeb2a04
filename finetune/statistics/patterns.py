"""Self-healing: whether the errors that people corrected stopped recurring, and which laws are newly broken."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from finetune.lego.claims import claims_of
from finetune.lego.quality import scored
from finetune.lego.tokens import normalise, occurs, words
from finetune.records.comparison import Effect, NewlyBroken, Occurrence, Pattern, PatternGroup
from finetune.records.course import Claim, Correction, Courses, ErrorType
from finetune.records.result import Group
from finetune.statistics.mistakes import Given, again, chunks
from finetune.statistics.named import Corrected
from finetune.statistics.paired import Pair, effect, healing, holm
from finetune.statistics.sides import Both

Name = tuple[str, ErrorType]
"""A pattern: known chunk, normalised, and error type."""


def patterns_of(truth: Courses, corrections: Iterable[Correction]) -> dict[Name, tuple[str, ...]]:
    """Each pattern that the corrections name, across courses, with their ids; sorted."""
    claims = {name: claims_of(seeds) for name, seeds in truth.items()}
    seeds = {(name, seed.seed_id): seed for name, course in truth.items() for seed in course}
    found: dict[Name, list[str]] = defaultdict(list)
    for one in corrections:
        corrected = Corrected(one, seeds[one.course, one.seed_id], claims[one.course])
        for chunk in chunks(corrected):
            found[chunk, one.error_type].append(one.id)
    return {name: tuple(found[name]) for name in sorted(found)}


@dataclass(frozen=True)
class Tally:
    """One seed that a pattern could recur in: the part of the samples in which it does, on each side."""

    place: tuple[str, str]
    group: Group
    baseline: float
    candidate: float
    occurrence: Occurrence | None


def tallies(both: Both, name: Name) -> Iterator[Tally]:
    """The seeds whose known sentence has the pattern's chunk, or whose answer on either side lists it.

    Silence has healed nothing: an answer without a LEGO counts as missing here, as one that does not parse.
    """
    chunk, error_type = name
    sought = words(chunk)
    for place, group in both.groups.items():
        truth, samples = both.truth[place], both.told(place)
        if not samples or not (occurs(sought, both.known_words[place]) or chunk in both.listed[place]):
            continue
        errors: dict[int, int] = {}
        answered: dict[Claim, None] = {}
        for at, side in enumerate((both.baseline, both.candidate)):
            runs = [side[sample] for sample in samples]
            found = [
                again(error_type, Given(run.answers[place], run.findings.get(place, ()), truth), chunk) for run in runs
            ]
            errors[at] = sum(map(bool, found))
            answered |= dict.fromkeys(claim for claims in found for claim in claims)
        occurrence = None
        if any(errors.values()):
            occurrence = Occurrence(
                *place, group, truth.target, truth.known, len(samples), errors[0], errors[1], tuple(answered)
            )
        yield Tally(place, group, errors[0] / len(samples), errors[1] / len(samples), occurrence)


def pairs(both: Both, found: Sequence[Tally], group: Group) -> list[Pair]:
    return [Pair(both.cluster(one.place), one.baseline, one.candidate) for one in found if one.group == group]


def compare_patterns(
    both: Both, named: Mapping[Name, tuple[str, ...]], alpha: float
) -> tuple[tuple[Pattern, ...], dict[Group, Effect]]:
    """Each pattern's comparison, with Holm's correction over the patterns of a group; and all errors together."""
    found = {name: list(tallies(both, name)) for name in named}
    effects: dict[Group, dict[Name, Effect]] = defaultdict(dict)
    for name, of_pattern in found.items():
        for group in dict.fromkeys(one.group for one in of_pattern):
            effects[group][name] = effect(pairs(both, of_pattern, group), higher_is_better=False, alpha=alpha)
    groups: dict[Name, dict[Group, PatternGroup]] = defaultdict(dict)
    for group, of_group in effects.items():
        adjusted = holm([one.p for one in of_group.values()])
        for (name, one), p_adjusted in zip(of_group.items(), adjusted, strict=True):
            groups[name][group] = pattern_group(one, p_adjusted, alpha)
    shown = tuple(
        Pattern(name[0], name[1], ids, groups[name], tuple(one.occurrence for one in found[name] if one.occurrence))
        for name, ids in named.items()
    )
    return shown, together(both, found, alpha)


def pattern_group(one: Effect, p_adjusted: float | None, alpha: float) -> PatternGroup:
    outcome, why = healing(one, p_adjusted, alpha)
    per_run = [(mean or 0.0) * one.seeds for mean in (one.baseline, one.candidate)]
    return PatternGroup(one.seeds, per_run[0], per_run[1], one.p, p_adjusted, outcome, why)


def together(both: Both, found: Mapping[Name, Sequence[Tally]], alpha: float) -> dict[Group, Effect]:
    """All patterns as one: errors per seed, over every seed of a group. Without patterns there is nothing to test."""
    if not found:
        return {}
    errors: dict[tuple[str, str], list[float]] = {place: [0.0, 0.0] for place in both.groups if both.told(place)}
    for of_pattern in found.values():
        for one in of_pattern:
            errors[one.place][0] += one.baseline
            errors[one.place][1] += one.candidate
    by_group: dict[Group, list[Pair]] = defaultdict(list)
    for place, (baseline, candidate) in errors.items():
        by_group[both.groups[place]].append(Pair(both.cluster(place), baseline, candidate))
    return {group: effect(pairs, higher_is_better=False, alpha=alpha) for group, pairs in by_group.items()}


def newly_broken(both: Both) -> tuple[NewlyBroken, ...]:
    """The laws that the candidate breaks at known chunks where the baseline breaks them nowhere; sorted."""
    broken: list[dict[tuple[str, str], dict[tuple[str, str], list[Claim]]]] = [{}, {}]
    for at, side in enumerate((both.baseline, both.candidate)):
        for run in side.values():
            for place, findings in run.findings.items():
                for one in scored(findings):
                    places = broken[at].setdefault((normalise(one.known_chunk), one.rule), {})
                    mapping = one.violating or Claim(one.known_chunk, "", one.seed_id)
                    places.setdefault(place, []).append(mapping)
    new = sorted(set(broken[1]) - set(broken[0]))
    return tuple(
        NewlyBroken(chunk, rule, occurrences)
        for chunk, rule in new
        if (occurrences := tuple(occurrences_of(both, broken[1][chunk, rule])))
    )


def occurrences_of(both: Both, places: Mapping[tuple[str, str], Sequence[Claim]]) -> Iterator[Occurrence]:
    for place, mappings in sorted(places.items()):
        samples = both.samples(place)
        if place in both.groups and samples:
            truth, answered = both.truth[place], tuple(dict.fromkeys(mappings))
            times = min(len(mappings), len(samples))
            yield Occurrence(*place, both.groups[place], truth.target, truth.known, len(samples), 0, times, answered)
