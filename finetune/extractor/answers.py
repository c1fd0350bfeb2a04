"""From a case and weights to the answer: the best tiling, less what is claimed already, with types and feeders."""

from __future__ import annotations

from typing import NamedTuple

from finetune.extractor.candidates import candidates, nulls
from finetune.extractor.evidence import association
from finetune.extractor.examples import Case, Chunk, Tile
from finetune.extractor.features import Scene, describe, is_null, scene
from finetune.extractor.lexicon import Lexicon
from finetune.extractor.parts import choose_parts, composite_features, part_candidates, weigh
from finetune.extractor.tiling import best_tiling
from finetune.extractor.tokens import cut
from finetune.extractor.weights import Weights
from finetune.lego.componentization import explain
from finetune.records.course import Breakdown, Feeder, Lego


class Setting(NamedTuple):
    """A scene and the tiles that are weighed in it; the null tiles come last."""

    view: Scene
    tiles: list[Tile]


def setting(case: Case, lexicon: Lexicon) -> Setting:
    matrix = association(case, lexicon)
    return Setting(scene(case, lexicon, matrix), candidates(case, matrix) + nulls(case))


def answer(weights: Weights, case: Case) -> list[Chunk]:
    """The LEGOs of a case by these weights, with their lexicon of its language."""
    return solve(weights, setting(case, weights.lexicons.get(case.language, Lexicon())))


def solve(weights: Weights, where: Setting) -> list[Chunk]:
    """The LEGOs that the seed introduces, in the order of the known sentence."""
    case = where.view.case
    scores = [weigh(weights.tiles, found) for found in describe(where.view, where.tiles)]
    chosen = best_tiling(where.tiles, scores, len(case.known), len(case.target))
    claimed = case.claimed_pairs
    return [_chunk(weights, where, tile) for tile in sorted(chosen) if not is_null(tile) and tile not in claimed]


def breakdown(case: Case, chunks: list[Chunk]) -> Breakdown:
    """The chunks as records, numbered in the order of the known sentence."""
    legos: list[Lego] = []
    feeders: list[Feeder] = []
    for number, chunk in enumerate(chunks, 1):
        lego_id = f"{case.prompt.seed_id}L{number:02d}"
        known, target = _texts(case, chunk.tile)
        parts = [
            Feeder(f"{case.prompt.seed_id}F{at:02d}", part_target, part_known, lego_id)
            for at, (part_known, part_target) in enumerate(
                (_texts(case, part) for part in chunk.feeders), len(feeders) + 1
            )
        ]
        lego = Lego(lego_id, "COMPOSITE" if chunk.composite else "BASE", target, known)
        if chunk.composite:
            lego = Lego(lego_id, "COMPOSITE", target, known, explain(lego, parts))
        legos.append(lego)
        feeders += parts
    return Breakdown(tuple(legos), tuple(feeders))


def _chunk(weights: Weights, where: Setting, tile: Tile) -> Chunk:
    composite = weigh(weights.composite, composite_features(where.view, tile)) > 0
    feeders: list[Tile] = []
    if composite:
        parts = part_candidates(where.tiles, tile)
        feeders = choose_parts(where.view, tile, parts, weights.feeders, lawful=weights.trained)
    return Chunk(tile, bool(feeders), feeders)


def _texts(case: Case, tile: Tile) -> tuple[str, str]:
    return cut(case.prompt.known, case.known, tile.known), cut(case.prompt.target, case.target, tile.target)
