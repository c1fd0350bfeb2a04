"""What the losses of a training run say."""

from collections.abc import Sequence

from finetune.records.job import Event

MORE = 0.05
"""By how much, as a part of its lowest, the validation loss is higher at the end where that is told."""


def overfitting(events: Sequence[Event]) -> str:
    """A warning where the validation loss was rising at the end: the model learned its examples by heart from then on.

    Empty where it was not, or where the provider tells none.
    """
    losses = [(one.epoch, one.validation_loss) for one in events if one.epoch is not None and one.validation_loss]
    if not losses:
        return ""
    epoch, lowest = min(losses, key=lambda pair: pair[1])
    last, end = losses[-1]
    if end <= lowest * (1 + MORE):
        return ""
    return (
        f"the validation loss was lowest in epoch {epoch} ({lowest:.4g}) and is {end:.4g} after epoch {last}: "
        f"it was learned by heart from then on; set hyperparameters.epochs to {epoch} for the next generation"
    )
