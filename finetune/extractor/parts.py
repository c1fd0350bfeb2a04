"""What a LEGO is made of: its type, BASE or COMPOSITE, and the feeders of a COMPOSITE."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from finetune.extractor.conflicts import claim_features, conflicting
from finetune.extractor.examples import Tile, inside, overlap
from finetune.extractor.features import Features, Scene, describe, is_null

_DOUBT = 2.0


def composite_features(view: Scene, tile: Tile) -> Features:
    """What tells a COMPOSITE: its length, the classes of its known words, and the claims that it takes in."""
    start, end = tile.known
    classes = view.classes[start:end]
    names = [f"known:{' '.join(classes)}", f"known first:{classes[0]}", f"known last:{classes[-1]}"]
    names += [f"known word:{token.text}" for token in view.case.known[start:end]]
    names += [f"known joint:{one}|{other}" for one, other in pairwise(classes)]
    names += [f"language:{view.case.language}:{end - start}"]
    found = [
        ("bias", 1.0),
        ("known length", float(end - start)),
        ("target length", tile.target.end - tile.target.start + 0.0),
    ]
    return found + [(name, 1.0) for name in names] + claim_features(view.case, view.classes, tile)


def part_candidates(tiles: Sequence[Tile], parent: Tile) -> list[Tile]:
    """The tiles that are smaller than their parent on both sides."""
    return [
        tile
        for tile in tiles
        if not is_null(tile)
        and tile.known != parent.known
        and tile.target != parent.target
        and inside(tile.known, parent.known)
        and inside(tile.target, parent.target)
    ]


def part_features(view: Scene, parent: Tile, parts: Sequence[Tile]) -> list[Features]:
    """A part's features: those of its tile, and what it leaves of its parent."""
    return [
        [("bias", 1.0), ("known length", float(part.known.end - part.known.start)), *own, *_place(view, parent, part)]
        for part, own in zip(parts, describe(view, list(parts)), strict=True)
    ]


def choose_parts(
    view: Scene, parent: Tile, parts: Sequence[Tile], weights: Mapping[str, float], lawful: bool
) -> list[Tile]:
    """The likely parts that do not overlap, in the order of the known sentence.

    A COMPOSITE needs a part, so the first may be less likely than not. `lawful` keeps out what conflicts with a claim.
    """
    chosen: list[Tile] = []
    scored = zip((weigh(weights, found) for found in part_features(view, parent, parts)), parts, strict=True)
    for value, part in sorted((-round(score, 6), part) for score, part in scored):
        if value > (0 if chosen else _DOUBT) or (lawful and conflicting(view.case, part)):
            continue
        if not any(overlap(part.known, other.known) or overlap(part.target, other.target) for other in chosen):
            chosen.append(part)
    return sorted(chosen)


def weigh(weights: Mapping[str, float], found: Features) -> float:
    """The score of features: each times its weight, without rounding errors that hang on their order."""
    return math.fsum(weights.get(name, 0.0) * value for name, value in found)


def _place(view: Scene, parent: Tile, part: Tile) -> Features:
    before = " ".join(view.classes[parent.known.start : part.known.start])
    after = " ".join(view.classes[part.known.end : parent.known.end])
    names = [f"leaves before:{before}", f"leaves after:{after}", f"leaves:{before}_{after}"]
    names.append(f"leaves target:{part.target.start > parent.target.start}_{part.target.end < parent.target.end}")
    return [(name, 1.0) for name in names]
