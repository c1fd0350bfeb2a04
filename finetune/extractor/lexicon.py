"""Which words translate which: IBM model 1 in both directions, for each target language."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

Pair = tuple[tuple[str, ...], tuple[str, ...]]
"""The known words and the target words of two texts that mean the same."""
Table = dict[str, dict[str, float]]

_ROUNDS = 5
_FAINT = 0.02
_STEM = 4


class Lexicon(msgspec.Struct, frozen=True):
    """Of one target language: how strongly words, and beginnings of words, translate each other (0 to 1), and how
    often a target word stands in a sentence (0 to 1)."""

    words: Table = {}
    stems: Table = {}
    frequency: dict[str, float] = {}

    def score(self, known: str, target: str) -> float:
        """The strength of a word pair: its own, or a bit less than that of its two stems."""
        own = self.words.get(known, {}).get(target, 0.0)
        return max(own, 0.8 * self.stems.get(stem(known), {}).get(stem(target), 0.0))


def stem(word: str) -> str:
    """The first letters, which inflected forms share."""
    return word[:_STEM]


def estimate(sentences: Sequence[Pair], chunks: Sequence[Pair]) -> Lexicon:
    """The lexicon of one language, from its sentence pairs and from the chunk pairs that people made of them.

    A pair's strength is the geometric mean of p(target | known) and p(known | target), each by expectation
    maximisation of IBM model 1 (Brown et al. 1993, "The Mathematics of Statistical Machine Translation").
    """
    pairs = [*sentences, *chunks]
    stemmed = [(tuple(map(stem, known)), tuple(map(stem, target))) for known, target in pairs]
    counts = Counter(word for _, target in sentences for word in sorted(set(target)))
    frequency = {word: count / len(sentences) for word, count in sorted(counts.items()) if count > 1}
    return Lexicon(_strengths(pairs), _strengths(stemmed), frequency)


def _strengths(pairs: Sequence[Pair]) -> Table:
    forward = _ibm1(pairs)
    backward = _ibm1([(target, known) for known, target in pairs])
    strengths: Table = {}
    for (known, target), probability in sorted(forward.items()):
        strength = (probability * backward[target, known]) ** 0.5
        if strength > _FAINT:
            strengths.setdefault(known, {})[target] = strength
    return strengths


def _ibm1(pairs: Iterable[Pair]) -> dict[tuple[str, str], float]:
    """p(second | first) for each pair of words that stand in one pair of texts."""
    grouped = sorted(Counter(pairs).items())
    probability = {(one, other): 1.0 for (left, right), _ in grouped for one in left for other in right}
    for _ in range(_ROUNDS):
        counts: dict[tuple[str, str], float] = {}
        totals: dict[str, float] = {}
        for (left, right), times in grouped:
            for other in right:
                norm = sum(probability[one, other] for one in left)
                for one in left:
                    share = times * probability[one, other] / norm
                    counts[one, other] = counts.get((one, other), 0.0) + share
                    totals[one] = totals.get(one, 0.0) + share
        probability = {pair: count / totals[pair[0]] for pair, count in counts.items()}
    return probability
