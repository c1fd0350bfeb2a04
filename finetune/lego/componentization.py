"""How the parts of a COMPOSITE are written down."""

from collections.abc import Sequence

from finetune.records.course import Feeder, Lego


def explain(lego: Lego, feeders: Sequence[Feeder]) -> str:
    """`to play football = jugar al fútbol, where jugar = to play, fútbol = football`: the feeders, in their order."""
    parts = ", ".join(f"{feeder.target_chunk} = {feeder.known_chunk}" for feeder in feeders)
    whole = f"{lego.known_chunk} = {lego.target_chunk}"
    return f"{whole}, where {parts}" if parts else whole
