"""The history of the generations: each as it was measured on unseen seeds when it was made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from finetune.records.comparison import Compared, Comparison, Generation
from finetune.records.job import JobSpec
from finetune.statistics.results import Trained


@dataclass(frozen=True)
class Made:
    """What a generation was made of: seeds, corrections, files, `prepare`'s metrics and every param, flattened."""

    trained: Trained
    corrections: tuple[str, ...]
    spec: JobSpec
    dataset: dict[str, object]
    params: dict[str, object]


def history(before: Sequence[Generation], found: Comparison, made: Made) -> list[Generation]:
    """The baseline's history with the candidate at its end.

    The first comparison puts its baseline in front: the base model, trained on nothing here.
    """
    first = [] if before else [measured(found, "baseline")]
    last = msgspec.structs.replace(
        measured(found, "candidate"),
        verdict=found.verdict.outcome,
        trained={name: list(seeds) for name, seeds in made.trained.items()},
        corrections=made.corrections,
        params=made.params,
        training_sha256=made.spec.training.sha256,
        validation_sha256=made.spec.validation.sha256,
        dataset=made.dataset,
    )
    return [*before, *first, last]


def measured(found: Comparison, side: Literal["baseline", "candidate"]) -> Generation:
    """One side's figures on unseen seeds, as an entry that says nothing of how it was made."""
    unseen = found.groups.get("unseen")

    def figure(of: Compared | None) -> float | None:
        return getattr(of, side) if of else None

    return Generation(
        generation=getattr(found, side).generation,
        model=getattr(found, side).model,
        verdict="",
        scaled_quality=figure(unseen.scaled_quality if unseen else None),
        clean_lego_rate=figure(unseen.clean_lego_rate if unseen else None),
        violations_per_100_legos=figure(unseen.violations_per_100_legos if unseen else None),
        f1=figure(unseen.f1 if unseen else None),
        trained={},
        params={},
    )


def flattened(values: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """`{"submit": {"attempt": 1}}` as `{"submit.attempt": 1}`: what `dvc params diff` shows."""
    flat: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat
