"""Where the words of a sentence pair stand, relative to what is claimed and by their weight."""

from __future__ import annotations

from collections.abc import Sequence

from finetune.extractor.english import word_classes
from finetune.extractor.examples import Case, Tile, overlap

_LIGHT = {"to", "the", "do", "be"}
_LIGHT_KNOWN = 0.4
_LIGHT_TARGET = 0.6
_ANCHORED = 0.0


def bounds(case: Case) -> tuple[list[float], list[float]]:
    """The places of the cuts before, between and behind the words of both sentences, from 0 to 1.

    A word takes as much room as it weighs: claimed pairs take none, since their places are known, and words of grammar
    take less than others. So the words that are left stand opposite each other.
    """
    anchors = _anchors(case)
    classes = word_classes([token.text for token in case.known])
    known = [_LIGHT_KNOWN if name in _LIGHT else 1.0 for name in classes]
    target = [
        _LIGHT_TARGET if len(token.text.rstrip("'")) <= 2 and token.text.isascii() else 1.0 for token in case.target
    ]
    for anchor in anchors:
        for at in range(*anchor.known):
            known[at] *= _ANCHORED
        for at in range(*anchor.target):
            target[at] *= _ANCHORED
    return _running(known), _running(target)


def _anchors(case: Case) -> list[Tile]:
    """Claimed pairs, the longest first, each word in one at most."""
    chosen: list[Tile] = []
    for pair in sorted(case.claimed_pairs, key=lambda pair: (pair.known.start - pair.known.end, pair)):
        if not any(overlap(pair.known, other.known) or overlap(pair.target, other.target) for other in chosen):
            chosen.append(pair)
    return chosen


def _running(weights: Sequence[float]) -> list[float]:
    places, total = [0.0], sum(weights) or 1.0
    for weight in weights:
        places.append(places[-1] + weight / total)
    return places
