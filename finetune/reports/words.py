"""How figures are written and things are called, wherever people read them."""

from typing import NamedTuple

from finetune.records.comparison import Effect, Healing, Judgement, Measure
from finetune.records.result import Group

UNKNOWN = "none"
UNTOLD = "too few to tell"
GROUPS: dict[Group, tuple[str, str]] = {
    "unseen": ("unseen seeds", "its number was trained on in no course"),
    "seen": ("trained seeds", "this very seed was trained on"),
    "left_out": ("trained elsewhere", "its number was trained on, in another course"),
    "never_trained": ("new language", "no seed of its course was trained on"),
}
"""What a group is called and what it means, the group that tells most first."""
OUTCOMES: dict[Judgement, str] = {
    "BETTER": "better",
    "WORSE": "worse",
    "NO_DIFFERENCE": "no difference shown",
    "UNTESTABLE": UNTOLD,
    "MIXED": "better and worse",
    "BLOCKED": "blocked",
}
HEALINGS: dict[Healing, str] = {
    "REGRESSED": "regressed",
    "UNCHANGED": "unchanged",
    "UNTESTABLE": UNTOLD,
    "IMPROVED": "improved",
    "HEALED": "healed",
}
"""The worst first."""


class MeasureWords(NamedTuple):
    """A mean over seeds, each of which counts once, however many LEGOs it has.

    `part` is 1 where the figure is a part of a whole, shown in per cent, and 0 where it is a number per seed.
    """

    name: str
    meaning: str
    part: bool
    more_is_better: bool


MEASURES: dict[Measure, MeasureWords] = {
    "clean_lego_rate": MeasureWords(
        "clean LEGOs per seed", "the part of its LEGOs and gaps with no finding", True, True
    ),
    "agreement": MeasureWords("agreement per seed", "F1 of its chunk pairs with the corrected ones", True, True),
    "points_lost": MeasureWords("points lost per seed", "by the original score", False, False),
    "violations": MeasureWords("violations per seed", "of the original's rules", False, False),
}
FIGURES: dict[str, tuple[str, bool]] = {
    "scaled_quality": ("scaled quality", False),
    "clean_lego_rate": ("clean LEGOs of all", True),
    "f1": ("F1 over all pairs", True),
    "violations_per_100_legos": ("violations per 100 LEGOs", False),
}
"""A figure of a whole group, pooled over its seeds -> what it is called, and whether it is a part of a whole."""


def rounded(value: float, decimals: int) -> float:
    """Rounded, and never -0."""
    return round(value, decimals) + 0.0


def number(value: float | None, decimals: int = 2) -> str:
    """3, 2.5, 0.13; thousands apart."""
    if value is None:
        return UNKNOWN
    text = f"{rounded(value, decimals):,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed(value: float | None, decimals: int = 1) -> str:
    """Always as many decimals, for columns of figures."""
    return UNKNOWN if value is None else f"{rounded(value, decimals):,.{decimals}f}"


def percent(value: float | None) -> str:
    """41.2 % of 0.412."""
    return UNKNOWN if value is None else f"{rounded(100 * value, 1):.1f} %"


def signed(value: float | None, decimals: int = 1) -> str:
    """+52.0, −0.3 and 0.0."""
    if value is None:
        return UNKNOWN
    size = rounded(value, decimals)
    return f"{size:+,.{decimals}f}".replace("-", "−") if size else f"{0:.{decimals}f}"


def probability(p: float | None) -> str:
    if p is None:
        return UNTOLD
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def figure(measure: Measure | None, value: float | None) -> str:
    """A mean over seeds, as its measure is shown; of no measure, a number per seed."""
    return percent(value) if measure and MEASURES[measure].part else fixed(value, 2)


def change(measure: Measure | None, value: float | None) -> str:
    """A change, with its sign: in points of per cent, or a number per seed."""
    part = measure and MEASURES[measure].part
    return signed(value if value is None else 100 * value) if part else signed(value, 2)


def interval(measure: Measure | None, effect: Effect) -> str:
    """The interval of a change: `+31.0 to +70.4`; in words where there is none."""
    if effect.seeds and not effect.discordant:
        return "no seed differs"
    if effect.low is None or effect.high is None:
        return "too few for an interval"
    return f"{change(measure, effect.low)} to {change(measure, effect.high)}"


def smallest(measure: Measure | None, effect: Effect) -> str:
    """The smallest change that would have shown, without a sign."""
    return "–" if effect.smallest is None else change(measure, abs(effect.smallest)).lstrip("+")


def total(name: str, value: float | None) -> str:
    """One of FIGURES."""
    return percent(value) if FIGURES[name][1] else fixed(value)


def setting(value: object) -> str:
    """A value of params.yaml: 8 for 8.0, and lists by their members."""
    if isinstance(value, list | tuple):
        return ", ".join(map(setting, value)) or UNKNOWN
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return UNKNOWN if value is None or value == "" else str(value)


def plain(name: str) -> str:
    """A rule's or an error's id as words: FCFS_VIOLATION and fcfs_violation are both `FCFS violation`."""
    return " ".join(word.upper() if word in ("fd", "fcfs") else word for word in name.lower().split("_"))


def short(digest: str) -> str:
    """A sha256 by its beginning."""
    return digest[:12]
