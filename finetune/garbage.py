"""How often the interpreter looks for objects that only hold each other: records are in no such cycle."""

import atexit
import gc

SELDOM = 100_000
"""Objects between two looks. Every 700, as is usual, takes a tenth of the time."""


def look_seldom() -> None:
    """Look seldom, never at what is here already, and not at the end: all goes then, and to look takes 0.04 s."""
    gc.freeze()
    gc.set_threshold(SELDOM)
    atexit.register(gc.freeze)
