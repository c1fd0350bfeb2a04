"""What one provider is asked for, and how it is reached."""

from typing import Any

import msgspec


class Asking(msgspec.Struct, frozen=True):
    """A section of `submit.providers`. The provider's module reads `connection` into a record of its own."""

    base_model: str
    hyperparameters: dict[str, float] = {}
    connection: dict[str, Any] = {}
