"""Where chunks stand in a sentence, and whether several can stand there side by side."""

from collections.abc import Sequence
from math import prod

from finetune.lego.tokens import cut

MOST_WAYS = 10_000
"""So many ways to place chunks are tried; a sentence of look-alikes could have more than a lifetime's."""


def places(chunk: str, sentence: list[str]) -> list[range]:
    """The runs of a sentence's pieces (`cut`) that are this chunk, from left to right; none where it does not stand."""
    wanted = cut(chunk)
    size = len(wanted)
    starts = range(len(sentence) - size + 1) if size else ()
    return [range(at, at + size) for at in starts if sentence[at : at + size] == wanted]


def can_part(options: Sequence[Sequence[range]]) -> bool:
    """Whether each chunk can take one of its places so that no two share a piece.

    Every chunk has a place. Where there are too many ways to try them all it is True: the answer has the benefit of the
    doubt.
    """
    room = {piece for places in options for place in places for piece in place}
    if sum(len(places[0]) for places in options) > len(room):
        return False
    if prod(map(len, options)) > MOST_WAYS:
        return True
    fixed = [piece for places in options if len(places) == 1 for piece in places[0]]
    taken = frozenset(fixed)
    return len(taken) == len(fixed) and _part([places for places in options if len(places) > 1], taken)


def _part(options: Sequence[Sequence[range]], taken: frozenset[int]) -> bool:
    if not options:
        return True
    free = (place for place in options[0] if taken.isdisjoint(place))
    return any(_part(options[1:], taken.union(place)) for place in free)


def clashes(options: Sequence[Sequence[range]]) -> dict[int, dict[int, range]]:
    """Chunk -> the chunks that it cannot part with -> what both take there; chunks are named by their position.

    The chunks with the fewest places take theirs first; one that finds none free clashes with those that hold its
    first. Empty where all can part.
    """
    held: dict[int, int] = {}
    found: dict[int, dict[int, range]] = {}
    for at in sorted((at for at, spots in enumerate(options) if spots), key=lambda at: len(options[at])):
        free = next((place for place in options[at] if held.keys().isdisjoint(place)), None)
        if free is not None:
            held |= dict.fromkeys(free, at)
            continue
        wanted = options[at][0]
        for other in sorted({held[piece] for piece in wanted if piece in held}):
            both = [piece for piece in wanted if held.get(piece) == other]
            found.setdefault(at, {})[other] = found.setdefault(other, {})[at] = range(both[0], both[-1] + 1)
    return found if found and not can_part([spots for spots in options if spots]) else {}
