"""Which side a seed is on: by its number, so that it is the same side in every course and for ever."""

import hashlib
from functools import lru_cache

from finetune.records.dataset import Side


@lru_cache(maxsize=1 << 14)
def side(number: int, salt: str, validation_fraction: float) -> Side:
    """The side of a seed number: a salted hash, read as a fraction of 1. Adding data moves nothing."""
    digest = hashlib.sha256(f"{salt}:{number}".encode()).digest()
    return "validation" if int.from_bytes(digest[:8], "big") / 2**64 < validation_fraction else "training"
