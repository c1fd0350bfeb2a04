"""Prepares lessons: lexicons that have not seen a lesson's seed number, and what its right answer leaves open."""

from __future__ import annotations

from collections.abc import Sequence

from finetune.extractor.answers import Setting, setting
from finetune.extractor.examples import Case, Lesson, Tile, overlap
from finetune.extractor.lexicon import Lexicon, Pair, estimate
from finetune.extractor.tokens import Span

_GROUPS = 8


def lexicons(lessons: Sequence[Lesson]) -> dict[str, Lexicon]:
    """A lexicon per target language of the lessons, from their sentences, LEGOs and feeders."""
    by_language: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        by_language.setdefault(lesson.case.language, []).append(lesson)
    return {language: estimate(*_pairs(taught)) for language, taught in sorted(by_language.items())}


def cross_fitted(lessons: Sequence[Lesson]) -> list[Setting]:
    """The setting of each lesson, with the lexicon of all lessons of other seed numbers.

    At its answers the extractor meets unseen sentences; it must learn from features that are as poor as theirs.
    """
    numbers = sorted({lesson.case.number for lesson in lessons})
    unseen: dict[str, dict[str, Lexicon]] = {}
    for group in (numbers[at::_GROUPS] for at in range(min(_GROUPS, len(numbers)))):
        learned = lexicons([lesson for lesson in lessons if lesson.case.number not in group])
        unseen |= dict.fromkeys(group, learned)
    return [taught_setting(lesson, unseen[lesson.case.number]) for lesson in lessons]


def taught_setting(lesson: Lesson, known_words: dict[str, Lexicon]) -> Setting:
    """The setting of a lesson, with its right tiles among the tiles."""
    where = setting(lesson.case, known_words.get(lesson.case.language, Lexicon()))
    wanted = {tile for chunk in lesson.chunks for tile in (chunk.tile, *chunk.feeders)}
    return Setting(where.view, sorted(wanted - set(where.tiles)) + where.tiles)


def possible(lesson: Lesson, tiles: Sequence[Tile]) -> list[bool]:
    """Which tiles agree with the right answer: its own, and those of the words that it does not list.

    What an answer leaves out was introduced earlier, so how it is cut is not observed.
    """
    right = [chunk.tile for chunk in lesson.chunks]
    return [
        tile in right or not any(overlap(tile.known, own.known) or overlap(tile.target, own.target) for own in right)
        for tile in tiles
    ]


def _pairs(lessons: Sequence[Lesson]) -> tuple[list[Pair], list[Pair]]:
    sentences, chunks = [], []
    for case, taught in lessons:
        sentences.append(_words(case, Tile(Span(0, len(case.known)), Span(0, len(case.target)))))
        for chunk in taught:
            chunks += [_words(case, tile) for tile in (chunk.tile, *chunk.feeders)]
    return sentences, chunks


def _words(case: Case, tile: Tile) -> Pair:
    known = tuple(token.text for token in case.known[slice(*tile.known)])
    return known, tuple(token.text for token in case.target[slice(*tile.target)])
