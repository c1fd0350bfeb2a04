"""How strongly each known word of a sentence pair belongs to each target word, by all evidence at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from finetune.extractor.examples import Case
from finetune.extractor.lexicon import Lexicon
from finetune.extractor.places import bounds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float64]
else:
    Matrix = Any

_ROUNDS = 6
_FLOOR = 0.02


def association(case: Case, lexicon: Lexicon) -> Matrix:
    """Known words x target words; each row sums to 1 and each column to (known words / target words).

    The balancing (Sinkhorn and Knopp 1967) is what aligns unseen words by elimination: a target word that a known
    word has taken is not left for the others.
    """
    import numpy as np

    rows, columns = len(case.known), len(case.target)
    matrix = _FLOOR * _nearness(case) + _lexical(case, lexicon) + _spelling(case) + _claimed(case)
    for _ in range(_ROUNDS):
        matrix *= (rows / columns) / matrix.sum(axis=0, keepdims=True)
        matrix /= matrix.sum(axis=1, keepdims=True)
    return np.asarray(matrix)


def _nearness(case: Case) -> Matrix:
    """1 where two words stand at the same relative place of their sentences, down to 0.2."""
    import numpy as np

    known, target = (np.array(places) for places in bounds(case))
    apart = (known[1:] + known[:-1])[:, None] / 2 - (target[1:] + target[:-1])[None, :] / 2
    return np.asarray(0.2 + 0.8 * np.exp(-8.0 * apart**2))


def _lexical(case: Case, lexicon: Lexicon) -> Matrix:
    import numpy as np

    return np.array([[lexicon.score(known.text, target.text) for target in case.target] for known in case.known])


def _spelling(case: Case) -> Matrix:
    """Cognates: the similarity of two words of four letters or more, where it is beyond chance."""
    import numpy as np
    from rapidfuzz.distance import JaroWinkler

    matrix = np.zeros((len(case.known), len(case.target)))
    for row, known in enumerate(case.known):
        for column, target in enumerate(case.target):
            if min(len(known.text), len(target.text)) >= 4:
                likeness = float(JaroWinkler.similarity(known.text, target.text))
                matrix[row, column] = max(0.0, likeness - 0.7) * 2.0
    return matrix


def _claimed(case: Case) -> Matrix:
    """Claimed pairs link the words of their two chunks."""
    import numpy as np

    matrix = np.zeros((len(case.known), len(case.target)))
    for claim in case.claims:
        for known in claim.known:
            for target in claim.target:
                share = 1.0 / max(known.end - known.start, target.end - target.start)
                matrix[known.start : known.end, target.start : target.end] += share
    return matrix
