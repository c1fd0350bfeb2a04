"""Chat examples as spans: where the claims and the right chunks of a seed stand in its two sentences."""

from typing import NamedTuple

import msgspec

from finetune.dataset.examples import read_answer, read_prompt
from finetune.errors import unusable
from finetune.extractor.tokens import Span, Token, known_tokens, occurrences, target_tokens
from finetune.records.course import Breakdown, Lego
from finetune.records.dataset import Prompt


class Example(msgspec.Struct, frozen=True):
    """A chat fine-tuning example: `user` is the prompt's JSON, `assistant` the breakdown's."""

    system: str
    user: str
    assistant: str


class Tile(NamedTuple):
    """A span of the known sentence with a span of the target sentence; one of them may be empty."""

    known: Span
    target: Span


class Claimed(NamedTuple):
    """A claim, with all places of its known chunk and of its target in the two sentences."""

    known: list[Span]
    target: list[Span]


class Case(NamedTuple):
    """A prompt, tokenised."""

    prompt: Prompt
    known: tuple[Token, ...]
    target: tuple[Token, ...]
    claims: list[Claimed]

    @property
    def language(self) -> str:
        return self.prompt.target_language

    @property
    def number(self) -> str:
        """Seeds of one id are one English sentence, in every course."""
        return self.prompt.seed_id

    @property
    def claimed_pairs(self) -> set[Tile]:
        return {Tile(known, target) for claim in self.claims for known in claim.known for target in claim.target}


class Chunk(NamedTuple):
    """A right LEGO: its tile, whether it is a COMPOSITE, and the tiles of its feeders."""

    tile: Tile
    composite: bool
    feeders: list[Tile]


class Lesson(NamedTuple):
    """A case with its right answer."""

    case: Case
    chunks: list[Chunk]


def read_case(user: str, where: str) -> Case:
    """The case of a user text. Raises FinetuneError, naming `where`, when it is not a prompt."""
    try:
        prompt = read_prompt(user)
    except ValueError as error:
        raise unusable(
            where, f"the user text is no prompt: {error}", "give the JSON of a seed with its claims"
        ) from error
    known, target = known_tokens(prompt.known), target_tokens(prompt.target)
    if not known or not target:
        raise unusable(where, "a sentence has no words", "give both sentences")
    claims = [
        Claimed(
            occurrences(known_tokens(claim.known_chunk), known), occurrences(target_tokens(claim.target_chunk), target)
        )
        for claim in prompt.claims
    ]
    return Case(prompt, known, target, [claim for claim in claims if claim.known])


def read_lesson(example: Example, where: str) -> Lesson:
    """The lesson of an example. Raises FinetuneError, naming `where`, when a text has another schema.

    A chunk that is no slice of its sentence cannot be taught; it is passed over.
    """
    case = read_case(example.user, where)
    try:
        answer = read_answer(example.assistant)
    except ValueError as error:
        raise unusable(
            where, f"the assistant text is no breakdown: {error}", "give lego_pairs and feeder_pairs as JSON"
        ) from error
    chunks: list[Chunk] = []
    for lego in answer.lego_pairs:
        if tile := _free_tile(case, lego, [chunk.tile for chunk in chunks]):
            chunks.append(Chunk(tile, lego.lego_type == "COMPOSITE", _feeders(case, answer, lego, tile)))
    return Lesson(case, chunks)


def overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def inside(part: Span, whole: Span) -> bool:
    return whole.start <= part.start and part.end <= whole.end


def _tiles(case: Case, known_chunk: str, target_chunk: str) -> list[Tile]:
    return [
        Tile(known, target)
        for known in occurrences(known_tokens(known_chunk), case.known)
        for target in occurrences(target_tokens(target_chunk), case.target)
    ]


def _free_tile(case: Case, lego: Lego, taken: list[Tile]) -> Tile | None:
    for tile in _tiles(case, lego.known_chunk, lego.target_chunk):
        if not any(overlap(tile.known, other.known) or overlap(tile.target, other.target) for other in taken):
            return tile
    return None


def _feeders(case: Case, answer: Breakdown, lego: Lego, parent: Tile) -> list[Tile]:
    feeders = []
    for feeder in answer.feeder_pairs:
        if feeder.parent_lego_id == lego.lego_id:
            places = _tiles(case, feeder.known_chunk, feeder.target_chunk)
            feeders += [at for at in places if inside(at.known, parent.known) and inside(at.target, parent.target)][:1]
    return feeders
