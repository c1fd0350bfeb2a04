"""Corrected courses -> the examples of both sides, and every seed that was left out, with its reason."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar, get_args

import msgspec

from finetune.dataset.examples import answer_text, example
from finetune.dataset.preferences import Preference, differ, writer_of
from finetune.dataset.shapes import shape_of
from finetune.dataset.split import side
from finetune.lego.check import critical, laws
from finetune.lego.claims import Chunks, Claims, bearing, claim
from finetune.records.correcting import Corrected
from finetune.records.course import Breakdown, Correction, Seed
from finetune.records.dataset import Example, LeftOut, Message, Side
from finetune.records.params import Prepare
from finetune.records.provenance import Origin, Source

SIDES: tuple[Side, ...] = get_args(Side)


class Sink(Protocol):
    """Where lines go, one by one: a list, or whatever has room for more."""

    def append(self, line: bytes, /) -> None: ...

    def extend(self, lines: Iterable[bytes], /) -> None: ...


S = TypeVar("S", bound=Sink)


@dataclass
class Dataset(Generic[S]):
    """raw in = examples of both sides + left out.

    `lines` are the examples as they are written: nothing else is kept of them. `sources` has the JSON of a `Source`
    for each, in the same order. `preferences` are lines, too; `dropped` counts the pairs that are none, since nothing
    but space is between their answers, or another correction has made the same pair.
    """

    lines: dict[Side, S]
    sources: dict[Side, S]
    preferences: dict[Side, S]
    dropped: int = 0
    left_out: list[LeftOut] = field(default_factory=list)


def empty(sink: Callable[[], S]) -> Dataset[S]:
    lines, sources, preferences = ({on: sink() for on in SIDES} for _ in range(3))
    return Dataset(lines, sources, preferences)


def mistakes(course: list[Seed]) -> dict[str, str]:
    """Seed id -> its critical findings, in words."""
    found: dict[str, list[str]] = {}
    for finding in critical([finding for law in laws() for finding in law.check(course)]):
        found.setdefault(finding.seed_id, []).append(f"{finding.rule}: {finding.message}")
    return {seed_id: " | ".join(messages) for seed_id, messages in found.items()}


def reasons(seeds: list[Seed], corrected: Corrected, params: Prepare) -> dict[str, str]:
    """Id of each seed of a course that is not taught -> why."""
    if seeds and seeds[0].course in params.never_trained:
        return dict.fromkeys((seed.seed_id for seed in seeds), "the course is never trained on (prepare.never_trained)")
    return mistakes(seeds) | disagreements(corrected, seeds)


def disagreements(corrected: Corrected, seeds: Iterable[Seed]) -> dict[str, str]:
    """Seed id -> the corrections that disagree on it, in words."""
    found = {seed.seed_id: corrected.disputed.get((seed.course, seed.seed_id)) for seed in seeds}
    return {
        seed_id: f"its corrections disagree ({', '.join(one.id for one in ones)}; prepare.conflicts is exclude)"
        for seed_id, ones in found.items()
        if ones
    }


def add_example(
    dataset: Dataset[S], on: Side, made: Example, seed: Seed, corrected: Corrected, params: Prepare
) -> None:
    """Add the example with its line, its provenance, and its preference pairs: all on its seed's side of the split."""
    chain = corrected.chains.get((seed.course, seed.seed_id), ())
    line = msgspec.json.encode(shape_of(params.format)(made))
    dataset.lines[on].append(line + b"\n")
    origins = tuple(map(origin_of, chain))
    source = Source(hashlib.sha256(line).hexdigest(), seed.course, seed.seed_id, origins)
    dataset.sources[on].append(msgspec.json.encode(source) + b"\n")
    if write := writer_of(params.preferences):
        wrong = [one.before for one in chain if one.id not in corrected.retracted]
        pairs = list(preferences(made, wrong))
        kept = [pair for pair in pairs if differ(pair.chosen.content, pair.rejected.content)]
        lines = [msgspec.json.encode(one) + b"\n" for pair in kept for one in write(pair)]
        dataset.preferences[on].extend(dict.fromkeys(lines))  # the right answer of two pairs is one example
        dataset.dropped += len(wrong) - len(kept)


def origin_of(one: Correction) -> Origin:
    return Origin(one.id, one.reviewer, one.corrected_at, one.generation, digest_of(one.after))


def digest_of(breakdown: Breakdown) -> str:
    """16 hexadecimal digits."""
    return hashlib.sha256(msgspec.json.encode(breakdown)).hexdigest()[:16]


def preferences(made: Example, corrected: Iterable[Breakdown]) -> Iterable[Preference]:
    """A pair for each answer that was corrected: the right one is what stands now."""
    *asked, chosen = made.messages
    prompt = (Message("system", made.system), *asked)
    for before in dict.fromkeys(corrected):
        yield Preference(prompt, chosen, Message("assistant", answer_text(before)))


def build(corrected: Corrected, system: str, params: Prepare, sink: Callable[[], S]) -> Dataset[S]:
    """One example per seed, course by course in teaching order; each kind of lines goes to a sink of its own.

    A training prompt shows claims of earlier training seeds only: a validation seed's claim would give its answer
    away. A validation prompt shows what a model in use would see: the claims of all earlier seeds.
    """
    dataset, courses = empty(sink), corrected.courses
    for course in sorted(courses):
        add_course(dataset, courses[course], corrected, system, params)
    return dataset


def add_course(dataset: Dataset[S], seeds: list[Seed], corrected: Corrected, system: str, params: Prepare) -> None:
    """Add a course's examples to the dataset, building the claims of each side on the way."""
    wrong = reasons(seeds, corrected, params)
    chunks = Chunks()
    claims: dict[Side, Claims] = {"training": Claims(chunks), "validation": Claims(chunks)}
    for seed in seeds:
        if seed.seed_id in wrong:
            dataset.left_out.append(LeftOut(seed.course, seed.seed_id, wrong[seed.seed_id]))
            continue
        on = side(seed.number, params.split_salt, params.validation_fraction)
        add_example(dataset, on, example(seed, bearing(claims[on], seed.known), system), seed, corrected, params)
        claim(claims["validation"], seed)
        if on == "training":
            claim(claims["training"], seed)
