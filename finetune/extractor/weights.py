"""What the extractor has learned, and its canonical JSON."""

from __future__ import annotations

import json

import msgspec

from finetune.extractor.lexicon import Lexicon

_FORMAT = "finetune.extractor/1"


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weights of each decision by feature name, and a lexicon per target language.

    `tiles` weighs span pairs, `composite` the type of a LEGO, `feeders` the parts of a COMPOSITE. `trained` is false
    for generation 0, which knows nothing of conflicts; `fell_back` tells that training did no better than it.
    """

    tiles: dict[str, float]
    composite: dict[str, float]
    feeders: dict[str, float]
    lexicons: dict[str, Lexicon] = {}
    trained: bool = False
    fell_back: bool = False
    format: str = _FORMAT


def dumps(weights: Weights) -> bytes:
    """Canonical JSON: sorted keys, numbers of at most 6 significant digits, a line feed at the end."""
    text = json.dumps(_rounded(msgspec.to_builtins(weights)), sort_keys=True, ensure_ascii=False, indent=0)
    return (text + "\n").encode()


def loads(data: bytes) -> Weights:
    """The weights of `dumps`. ValueError where the bytes are something else."""
    try:
        weights = msgspec.json.decode(data, type=Weights)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise ValueError(f"these are no weights of the extractor: {error}") from error
    if weights.format != _FORMAT:
        raise ValueError(f"these weights are of the format {weights.format!r}, not {_FORMAT!r}")
    return weights


def rounded(weights: Weights) -> Weights:
    """The weights as `dumps` writes them, so that what was trained answers like what is loaded."""
    return loads(dumps(weights))


def untrained() -> Weights:
    """Generation 0: modest weights, set by hand, of position, length, spelling and claimed pairs; no laws."""
    return Weights(tiles=dict(_TILES), composite=dict(_COMPOSITE), feeders=dict(_FEEDERS))


_TILES = {
    "tile": 1.0,
    "pair held": 1.0,
    "pair lost known": -1.0,
    "pair lost target": -1.0,
    "pair apart": -4.0,
    "pair length": -1.0,
    "pair opens alike": 0.5,
    "pair closes alike": 0.5,
    "claim is this": 4.0,
    "known length:1": -0.3,
    "known length:2": 0.7,
    "known length:3": 0.3,
    "known length:5": -1.5,
    "known length:6": -3.0,
    "null known": -4.0,
    "null target": -4.0,
}
_COMPOSITE = {"bias": -7.0, "known length": 2.0}
_FEEDERS = {
    "bias": -2.5,
    "pair held": 1.0,
    "pair lost known": -1.0,
    "pair lost target": -1.0,
    "known length": 0.5,
    "claim is this": 4.0,
}


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return float(f"{value:.6g}") if isinstance(value, float) else value
