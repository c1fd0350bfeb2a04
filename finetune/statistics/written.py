"""Figures as they are written to files: the same bytes on every machine."""

import msgspec

from finetune.records.comparison import Comparison
from finetune.records.result import Results

DECIMALS = 10
"""Beyond them lies what depends on the machine. People see fewer, rounded where they are shown."""
METRICS = ("scaled_quality", "clean_lego_rate", "violations_per_100_legos", "f1", "fcfs_violations")


def metrics(found: Comparison, candidate: Results) -> dict[str, object]:
    """The candidate's own figures, for `dvc metrics`: their difference between two revisions is that of two models."""
    return {
        "generation": found.candidate.generation,
        **{
            group: {
                "seeds": figures.seeds,
                **{name: round_all(getattr(figures, name).candidate) for name in METRICS},
            }
            for group, figures in found.groups.items()
        },
        "overall": round_all(candidate.overall_metrics),
    }


def round_all(value: object) -> object:
    """A record as plain values, with every float in it rounded to what machines agree on."""
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {name: round_all(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [round_all(one) for one in value]
    return round_all(msgspec.to_builtins(value)) if isinstance(value, msgspec.Struct) else value
