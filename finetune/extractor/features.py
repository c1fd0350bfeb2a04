"""What is known about a tile: named numbers, of its known span, its target span and the two together."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from finetune.extractor.conflicts import claim_features, ends_absent_claim, span_standing
from finetune.extractor.english import word_classes
from finetune.extractor.evidence import Matrix
from finetune.extractor.examples import Case, Tile
from finetune.extractor.lexicon import Lexicon
from finetune.extractor.places import bounds
from finetune.extractor.tokens import Span

Features = list[tuple[str, float]]

_RARE = 3.0  # few words ever stay out (Mandarin 吗): a large value lets the few examples outweigh the penalty


class Scene(NamedTuple):
    """A case with what is looked up once for all its tiles."""

    case: Case
    lexicon: Lexicon
    association: Matrix
    classes: list[str]
    common: list[str]
    bounds: tuple[list[float], list[float]]


def scene(case: Case, lexicon: Lexicon, association: Matrix) -> Scene:
    classes = word_classes([token.text for token in case.known])
    common = [_target_class(token.text, lexicon) for token in case.target]
    return Scene(case, lexicon, association, classes, common, bounds(case))


def describe(view: Scene, tiles: list[Tile]) -> list[Features]:
    """The features of each tile; what depends on one side only is worked out once per span."""
    known = cache(lambda span: _known_features(view, span))
    target = cache(lambda span: _target_features(view, span))
    return [
        _null_features(view, tile)
        if is_null(tile)
        else known(tile.known) + target(tile.target) + _pair_features(view, tile)
        for tile in tiles
    ]


def is_null(tile: Tile) -> bool:
    return tile.known.start == tile.known.end or tile.target.start == tile.target.end


def _target_class(word: str, lexicon: Lexicon) -> str:
    """A rough word class that needs no grammar of the language: often seen, short, or neither."""
    if lexicon.frequency.get(word, 0.0) >= 0.12:
        return "often"
    return "short" if len(word.rstrip("'")) <= 2 else "long"


def _null_features(view: Scene, tile: Tile) -> Features:
    if tile.known.start < tile.known.end:
        at = tile.known.start
        return [("null known", 1.0), (f"null known:{view.classes[at]}", 1.0)]
    word, language = view.case.target[tile.target.start].text, view.case.language
    taken = float(view.association[:, tile.target.start].max())
    return [
        ("null target", 1.0),
        (f"null target:{language}:{word}", _RARE),
        ("null target:taken", taken),
        (f"null target:last:{tile.target.end == len(view.case.target)}", 1.0),
    ]


def _known_features(view: Scene, span: Span) -> Features:
    classes, words = view.classes, [token.text for token in view.case.known]
    start, end = span
    found = [("tile", 1.0), (f"known length:{end - start}", 1.0)]
    signature = " ".join(classes[start:end])
    standing = span_standing(view.case, span)
    names = [f"known:{signature}|{standing}", f"known first:{classes[start]}", f"known last:{classes[end - 1]}"]
    names.append(f"known standing:{standing}:{end - start}")
    if start:
        broken = "|broken" if ends_absent_claim(view.case, start) else ""
        names.append(f"known cut:{classes[start - 1]}|{classes[start]}{broken}")
        names.append(f"known cut left:{words[start - 1]}")
        names.append(f"known cut right:{words[start]}")
    names += [f"known joint:{one}|{other}|{standing}" for one, other in pairwise(classes[start:end])]
    if start == 0 and end == len(words):
        names.append("known whole")
    return found + [(name, 1.0) for name in names]


def _target_features(view: Scene, span: Span) -> Features:
    language, kinds = view.case.language, view.common
    words = [token.text for token in view.case.target]
    start, end = span
    names = [f"target:{' '.join(kinds[start:end])}" if end - start < 4 else "target:more"]
    if start:
        left, right = words[start - 1], words[start]
        names.append(f"target cut:{kinds[start - 1]}|{kinds[start]}")
        for where in (language, "any"):
            names.append(f"target cut left:{where}:{left}")
            names.append(f"target cut right:{where}:{right}")
        names.append(f"target cut endings:{left[-2:]}|")
        if left.endswith("'"):
            names.append("target cut:apostrophe")
    if end - start == 1:
        names.append(f"target alone:{language}:{words[start]}")
    return [(name, 1.0) for name in names]


def _pair_features(view: Scene, tile: Tile) -> Features:
    (i, j), (a, b) = tile
    rows, columns = view.association.shape
    known, target = view.bounds
    held = float(view.association[i:j, a:b].sum())
    lost_known = (j - i) - held
    lost_target = (b - a) * rows / columns - held
    measured = [
        ("pair held", held),
        ("pair lost known", lost_known),
        ("pair lost target", lost_target),
        ("pair apart", abs((i + j) / (2 * rows) - (a + b) / (2 * columns))),
        ("pair rest apart", abs(known[i] + known[j] - target[a] - target[b]) / 2),
        ("pair rest start apart", abs(known[i] - target[a])),
        ("pair rest end apart", abs(known[j] - target[b])),
        ("pair rest length", abs((known[j] - known[i]) - (target[b] - target[a]))),
        ("pair start apart", abs(i / rows - a / columns)),
        ("pair end apart", abs(j / rows - b / columns)),
        ("pair length", abs(math.log((b - a) * rows / ((j - i) * columns)))),
    ]
    if (i == 0) == (a == 0):
        measured.append(("pair opens alike", 1.0))
    if (j == rows) == (b == columns):
        measured.append(("pair closes alike", 1.0))
    special = [(f"{name}:{view.case.language}", value) for name, value in measured]
    return measured + special + claim_features(view.case, view.classes, tile)
