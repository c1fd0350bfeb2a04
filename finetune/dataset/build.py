"""Corrected courses -> the examples of both sides, and every seed that was left out, with its reason."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import compress, islice
from typing import Generic, Protocol, TypeVar, get_args

import msgspec

from finetune.dataset.examples import answer_text, example
from finetune.dataset.placed import place
from finetune.dataset.preferences import Preference, Write, differ, writer_of
from finetune.dataset.shapes import Shape, shape_of
from finetune.dataset.shown import TOGETHER, shown
from finetune.dataset.spelling import frame_of, spell_source
from finetune.records.correcting import Corrected
from finetune.records.course import Breakdown, Correction, Pair, Seed
from finetune.records.dataset import Example, LeftOut, Message, Placed, Side
from finetune.records.params import Prepare
from finetune.records.provenance import Origin, Source

SIDES: tuple[Side, ...] = get_args(Side)
Chain = tuple[Correction, ...]
WriteLine = Callable[[Seed, Sequence[Pair]], bytes]


class Sink(Protocol):
    """Where lines go: a list, or whatever has room for more."""

    def extend(self, lines: Sequence[bytes], /) -> None: ...


S = TypeVar("S", bound=Sink)


@dataclass
class Dataset(Generic[S]):
    """raw in = examples of both sides + left out.

    `lines` are the examples as they are written: nothing else is kept of them. `sources` has the JSON of a `Source`
    for each, in the same order, but for its first brace: the line's place comes before it. `preferences` are lines,
    too; `dropped` counts the pairs that are none, since nothing but space is between their answers, or another
    correction has made the same pair.
    """

    lines: dict[Side, S]
    sources: dict[Side, S]
    preferences: dict[Side, S]
    dropped: int = 0
    left_out: list[LeftOut] = field(default_factory=list)


def empty(sink: Callable[[], S]) -> Dataset[S]:
    lines, sources, preferences = ({on: sink() for on in SIDES} for _ in range(3))
    return Dataset(lines, sources, preferences)


def source_of(sha256: str, seed: Seed, chain: Chain, plain: bool) -> bytes:
    """Where a line of this digest comes from, but for its place."""
    if plain and not chain:
        return spell_source(sha256, seed)
    source = Source(sha256, seed.course, seed.seed_id, tuple(map(origin_of, chain)))
    return msgspec.json.encode(source)[1:] + b"\n"


def add_preferences(dataset: Dataset[S], on: Side, made: Example, wrong: Sequence[Breakdown], write: Write) -> None:
    """Add the pairs of an example and the answers that were corrected, on the side of its line."""
    kept = [pair for pair in preferences(made, wrong) if differ(pair.chosen.content, pair.rejected.content)]
    lines = [msgspec.json.encode(one) + b"\n" for pair in kept for one in write(pair)]
    dataset.preferences[on].extend(list(dict.fromkeys(lines)))  # the right answer of two pairs is one example
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


def build(corrected: Corrected, system: str, params: Prepare, sink: Callable[[], S], plain: bool = False) -> Dataset[S]:
    """One example per seed, course by course in teaching order; each kind of lines goes to a sink of its own.

    `plain`: no text of the courses has a character that JSON escapes. The lines are the same, made in half the time.
    """
    dataset = empty(sink)
    for course in sorted(corrected.courses):
        placed, left_out = place(corrected.courses[course], corrected, params)
        dataset.left_out += left_out
        add_examples(dataset, placed, corrected, system, params, plain)
    return dataset


def line_of(seed: Seed, claims: Iterable[Pair], shape: Shape, system: str) -> bytes:
    """The line of a seed's example, whatever is in its texts."""
    return msgspec.json.encode(shape(example(seed, claims, system))) + b"\n"


def add_examples(
    dataset: Dataset[S],
    placed: Iterable[Placed],
    corrected: Corrected,
    system: str,
    params: Prepare,
    plain: bool = False,
    earlier: Iterable[Placed] = (),
) -> None:
    """Add the examples of seeds of one course that are taught, after those `earlier`."""
    shape, pairs = shape_of(params.format), writer_of(params.preferences)
    frame = frame_of(shape, system)
    write = frame.line if plain else partial(line_of, shape=shape, system=system)
    before, taught = ([(seed, on) for seed, on in some if on] for some in (earlier, placed))
    prompts = islice(shown([*before, *taught]), len(before), None)
    each = zip(taught, prompts, strict=True)
    while block := [(seed, on, claims) for (seed, on), claims in islice(each, TOGETHER)]:
        chains = [corrected.chains.get((seed.course, seed.seed_id), ()) for seed, _, _ in block]
        add_lines(dataset, block, chains, write, plain, frame.head)
        for (seed, on, claims), chain in zip(block, chains, strict=True):
            if pairs and chain:
                befores = [one.before for one in chain if one.id not in corrected.retracted]
                add_preferences(dataset, on, example(seed, claims, system), befores, pairs)


def digests_of(head: bytes, lines: Iterable[bytes]) -> list[str]:
    """SHA-256, in hexadecimal, of lines without their ends. All begin with the head, whatever is in their texts."""
    begun, size, found = hashlib.sha256(head), len(head), list[str]()
    for line in lines:
        digest = begun.copy()
        digest.update(memoryview(line)[size:-1])
        found.append(digest.hexdigest())
    return found


def add_lines(
    dataset: Dataset[S],
    block: Sequence[tuple[Seed, Side, Sequence[Pair]]],
    chains: Sequence[Chain],
    write: WriteLine,
    plain: bool,
    head: bytes,
) -> None:
    """Add the lines of some seeds with their claims, and where they come from, each on the seed's side of the split.

    A step after another for all of them: a core does that faster than all steps for one after another.
    """
    lines = [write(seed, claims) for seed, _, claims in block]
    digests = digests_of(head, lines)
    sources = [
        source_of(digest, seed, chain, plain)
        for digest, (seed, _, _), chain in zip(digests, block, chains, strict=True)
    ]
    for of in SIDES:
        there = [on == of for _, on, _ in block]
        dataset.lines[of].extend(list(compress(lines, there)))
        dataset.sources[of].extend(list(compress(sources, there)))
