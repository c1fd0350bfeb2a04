"""Both sides of a comparison: what each sample of each answered to the same seeds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from finetune.lego.tokens import normalise, words
from finetune.records.comparison import Measure
from finetune.records.course import Seed
from finetune.records.result import Group
from finetune.statistics.figures import Figures, figures
from finetune.statistics.paired import Pair
from finetune.statistics.runs import Place, Run, Runs


@dataclass(frozen=True)
class Both:
    """Two sides over the same corrected seeds, by place; only places with a group are compared.

    `by_course` makes the course the cluster, instead of the seed number.
    """

    truth: Mapping[Place, Seed]
    groups: Mapping[Place, Group]
    baseline: Runs
    candidate: Runs
    by_course: bool = False
    kept: dict[tuple[int, Place], Figures] = field(default_factory=dict, compare=False)

    def cluster(self, place: Place) -> str:
        return place[0] if self.by_course else place[1]

    def samples(self, place: Place) -> list[int]:
        """The samples in which both sides answered: a failed call is missing on both."""
        return [
            sample
            for sample, run in self.baseline.items()
            if place in run.answers and sample in self.candidate and place in self.candidate[sample].answers
        ]

    def told(self, place: Place) -> list[int]:
        """The samples in which both sides say something: an answer that does not parse, or that is empty where the
        corrected seed is not, has no errors, and is none the better for it."""
        due = bool(self.truth[place].lego_pairs)
        runs = ((self.baseline[sample], self.candidate[sample], sample) for sample in self.samples(place))
        return [
            sample
            for *both, sample in runs
            if all(not (said := run.answers[place]).error and (said.lego_pairs or not due) for run in both)
        ]

    def places(self, group: Group, course: str = "") -> list[Place]:
        """The seeds of a group (of one course) that both sides answered at least once."""
        return [
            place
            for place, its in self.groups.items()
            if its == group and course in ("", place[0]) and self.samples(place)
        ]

    def missing(self, group: Group) -> int:
        """(seed, sample) pairs of a group that a failed call took out."""
        places = [place for place, found in self.groups.items() if found == group]
        return sum(len(self.baseline) - len(self.samples(place)) for place in places)

    def figures(self, run: Run, place: Place) -> Figures:
        key = (id(run), place)
        if key not in self.kept:
            self.kept[key] = figures(run.answers[place], self.truth[place], run.findings.get(place, ()))
        return self.kept[key]

    def mean(self, side: Runs, place: Place, samples: list[int], measure: Measure) -> float:
        return sum(self.figures(side[sample], place).measure(measure) for sample in samples) / len(samples)

    def pairs(self, group: Group, measure: Measure) -> list[Pair]:
        """A pair for each seed of a group that both sides answered at least once."""
        return [
            Pair(
                self.cluster(place),
                self.mean(self.baseline, place, self.samples(place), measure),
                self.mean(self.candidate, place, self.samples(place), measure),
            )
            for place in self.places(group)
        ]

    def against_itself(self, side: Runs, group: Group, measure: Measure) -> list[Pair]:
        """The A/A run: a pair for each seed of a group, of a side's odd samples and its even ones."""
        found = []
        for place in (place for place, its in self.groups.items() if its == group):
            odd, even = (
                [sample for sample in side if sample % 2 == rest and place in side[sample].answers] for rest in (1, 0)
            )
            if odd and even:
                halves = (self.mean(side, place, half, measure) for half in (odd, even))
                found.append(Pair(self.cluster(place), *halves))
        return found

    def all_figures(self, side: Runs, group: Group) -> list[Figures]:
        """Every answer of a side to a group, of the samples that both sides have."""
        return [self.figures(side[sample], place) for place in self.places(group) for sample in self.samples(place)]

    @cached_property
    def known_words(self) -> dict[Place, list[str]]:
        return {place: words(seed.known) for place, seed in self.truth.items()}

    @cached_property
    def listed(self) -> dict[Place, frozenset[str]]:
        """The known chunks that either side lists for a seed, in any sample."""
        runs = [*self.baseline.values(), *self.candidate.values()]
        return {
            place: frozenset(
                normalise(pair.known_chunk) for run in runs if place in run.answers for pair in run.answers[place].pairs
            )
            for place in self.groups
        }
