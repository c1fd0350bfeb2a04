"""What training is asked for, and what it reports."""

from typing import Annotated

import msgspec


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`epochs` of 4 optimisation steps each; `regularisation` is the strength of the L2 penalty (1 is a good start,
    more is stronger); `seed` deals the seed numbers to the folds of the inner cross-validation."""

    epochs: Annotated[int, msgspec.Meta(ge=1)]
    regularisation: Annotated[float, msgspec.Meta(gt=0)]
    seed: int


class Progress(msgspec.Struct, frozen=True):
    """`stage` is "training" or "evaluation", `percent` is of the whole training; the losses are in nats per example."""

    stage: str
    percent: float
    epoch: int
    loss: float | None
    validation_loss: float | None
