"""No answer that is taught breaks a law of the course, or takes a chunk that is not in its sentence."""

from collections.abc import Iterable, Iterator, Sequence

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, lego
from finetune.lego.check import unlawful
from finetune.lego.rules import chunk_not_in_sentence
from finetune.lego.tokens import normalise
from finetune.records.course import Pair, Seed
from finetune.records.dataset import Line
from finetune.records.finding import CourseFinding
from finetune.records.profile import Scope

GOOD = Sample((lego(("I want", "Quiero"), ("to eat", "comer")),), lego=True)
BAD = Sample(
    (
        lego(("the", "el"), target="El vino.", known="The wine."),
        lego(("to eat", "comer"), claims=(("to eat", "tomar"),)),
        lego(("to drink", "beber")),
        lego(("to eat", "comer"), ("to eat", "tomar"), target="Comer y tomar.", known="To eat and to eat."),
    ),
    lego=True,
)


def suspects(lines: Iterable[Line]) -> list[Line]:
    """Those of the lines in which `check` finds something, in less time for all of them than it takes for each."""
    taught = [line for line in lines if line.prompt and line.answer]
    seeds = [seed_of(line) for line in taught]
    if broken(seeds):
        return taught
    each = zip(taught, seeds, strict=True)
    return [line for line, seed in each if has_two_targets(line, seed) and any(claimed_otherwise(line, seed))]


def has_two_targets(line: Line, seed: Seed) -> bool:
    """Whether a known chunk of an answer has another target by then, be it but spelt otherwise.

    What `normalise` does is written out: a call of it takes as long again.
    """
    claimed: dict[str, str] = {}
    for claim in line.prompt.claims if line.prompt else ():
        claimed[claim.known_chunk.strip().lower()] = claim.target_chunk
    for pair in seed.pairs:
        target = pair.target_chunk
        if claimed.setdefault(pair.known_chunk.strip().lower(), target) != target:
            return True
    return False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.prompt or not line.answer:
        return
    seed = seed_of(line)
    for pair, first in claimed_otherwise(line, seed):
        said = f"{pair.known_chunk!r} is {pair.target_chunk!r} here, and was claimed as {first!r}"
        yield Problem(f"FCFS: {said}, in the prompt or by a pair before; take more words in")
    for finding in broken([seed]):
        yield Problem(f"{finding.rule}: {finding.message}")


def claimed_otherwise(line: Line, seed: Seed) -> Iterator[tuple[Pair, str]]:
    """Each pair of an answer whose known chunk has another target by then, in the prompt or by a pair before: that."""
    claims = line.prompt.claims if line.prompt else ()
    claimed = {normalise(claim.known_chunk): claim.target_chunk for claim in claims}
    for pair in seed.pairs:
        first = claimed.setdefault(normalise(pair.known_chunk), pair.target_chunk)
        if normalise(first) != normalise(pair.target_chunk):
            yield pair, first


def seed_of(line: Line) -> Seed:
    """The seed of a line that has a prompt and an answer."""
    asked, answer = line.prompt, line.answer
    assert asked and answer
    languages = asked.target_language, asked.known_language
    return Seed(
        asked.course, asked.seed_id, *languages, asked.target, asked.known, answer.lego_pairs, answer.feeder_pairs
    )


def broken(seeds: Sequence[Seed]) -> list[CourseFinding]:
    """The findings that nothing which is taught may have, of the rules that a seed keeps or breaks by itself."""
    return [*chunk_not_in_sentence.check(seeds), *unlawful(seeds)]
