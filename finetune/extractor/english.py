"""Classes of English words, by closed lists and a word's place: what is learned of one sentence holds for others."""

from collections.abc import Sequence

_LISTS = {
    "the": "the a an",
    "my": "my your his her its our their this that these those",
    "with": "in on at by for with from of about into without after before under over",
    "I": "i we you they he she it",
    "me": "me him us them",
    "so": "so much many more most some any no every all very too",
    "do": "do does did can could will would must may should",
    "be": "is are am was were be been",
    "not": "don't doesn't didn't can't won't isn't not never",
    "what": "what where why who how when which whose",
    "and": "and or but because if",
    "I'd": "i'd i've i'll i'm we'd we've we're you've you're they've they're he's she's it's",
    "have": "have has had",
    "now": "now today tomorrow tonight yesterday here there soon later always often again",
    "something": "something anything nothing someone everything somebody",
}
_CLASS = {word: name for name, words in _LISTS.items() for word in words.split()}
_NOMINAL = {"the", "my", "so"}


def word_classes(words: Sequence[str]) -> list[str]:
    """The class of each lower-cased word: one of the lists', `to` (before a verb), `with` (a preposition),
    `V` (a verb), `N` (a noun or what stands before one) or `X` (unknown)."""
    classes: list[str] = []
    for at, word in enumerate(words):
        following = _CLASS.get(words[at + 1]) if at + 1 < len(words) else None
        classes.append(_class(word, following, classes))
    return classes


def _class(word: str, following: str | None, before: Sequence[str]) -> str:
    last = before[-1] if before else ""
    if word == "to":
        return "with" if following in {"the", "my", "me", "I"} else "to"
    if word in {"that", "this"} and (following in {"the", "my", "I", "I'd", "be", "have"} or last == "N"):
        return "what" if last else "I"
    if word in _CLASS:
        return _CLASS[word]
    if last in {"to", "I", "not", "I'd", "do", "what"}:
        return "V"
    if last in _NOMINAL:
        return "N"
    if last == "N":
        return "N" if "V" in before or "be" in before else _after_noun(before)
    return "X"


def _after_noun(before: Sequence[str]) -> str:
    """A noun that opens the sentence is its subject, so a verb comes next ("My sister wants")."""
    opening = [name for name in before if name not in _NOMINAL]
    return "V" if opening == ["N"] else "N"
