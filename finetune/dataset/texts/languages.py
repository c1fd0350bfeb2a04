"""Languages by their names and codes, as far as a text can tell them apart."""

import re
from contextlib import suppress
from functools import cache

from finetune.dataset.texts.identifier import identified

ALIKE = {"gsw": "de", "lah": "pa"}
"""Languages that are no macrolanguage's and are read as another: Swiss German, Punjabi in Arabic letters."""
PARTS = {
    "ar": ["arz"],
    "az": ["azb"],
    "bik": ["bcl"],
    "bua": ["bxr"],
    "chm": ["mhr", "mrj"],
    "de": ["gsw"],
    "fil": ["tl"],
    "kok": ["gom"],
    "ku": ["ckb"],
    "ms": ["id", "min"],
    "ne": ["dty"],
    "no": ["nn"],
    "pa": ["pnb"],
    "sh": ["bs", "hr", "sr"],
    "zh": ["cmn", "wuu", "yue"],
    "zza": ["diq"],
}
"""What langcodes, and ALIKE, say of Mandarin and of those languages of the identifier that are part of another."""
WHOLE = {part: whole for whole, parts in PARTS.items() for part in parts}
CLOSE = (
    frozenset({"hi", "ne", "mr", "sa", "mai", "bho", "new", "dty", "kok", "gom"}),
    frozenset({"es", "gl", "ast", "an"}),
    frozenset({"da", "no"}),
    frozenset({"cs", "sk"}),
    frozenset({"ru", "uk", "be", "rue"}),
    frozenset({"bg", "mk"}),
)
"""Languages of one script that are taken for each other."""
OTHER_NAMES = {"castellano": "es", "castellà": "es", "castelhano": "es", "putonghua": "zh"}
"""Names that language_data does not know."""
COMMON = {
    "arabic": "ar",
    "chinese": "zh",
    "english": "en",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "mandarin": "zh",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
}
"""Names that most files have: for these, language_data is not loaded."""
CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")
NO_LANGUAGE = ("und", "mul", "mis", "zxx")


@cache
def code_of(name: str) -> str:
    """The ISO code of a language's name or code, its macrolanguage's where there is one; empty if unknown.

    zh for Mandarin and cmn, es for es-MX and spa. What is written small is a code before it is a name: so is Somali.
    """
    lower = name.lower()
    if (other := COMMON.get(lower) or OTHER_NAMES.get(lower)) or (name.islower() and (other := known(name))):
        return whole_of(other)
    return named(name)


def named(name: str) -> str:
    """The code of a language by its name; or else by its code, written in capitals."""
    from language_data.names import name_to_code

    with suppress(ValueError):  # a NUL in a name, or half of a character, is no UTF-8; "private use" is no language
        if code := name_to_code("language", name):
            return whole_of(code)
    return whole_of(code) if (code := known(name)) else ""


def known(code: str) -> str:
    """The language of a code that there is: with two letters or three, and perhaps a region; else empty."""
    parts = CODE.fullmatch(code)
    language = parts[1].lower() if parts else ""
    return language if language in identified() or (language not in NO_LANGUAGE and is_valid(language)) else ""


def is_valid(code: str) -> bool:
    from langcodes import Language

    return bool(code) and Language.get(code).is_valid()


@cache
def whole_of(code: str) -> str:
    """The language that a code's is part of: ku for ckb, ar for arz, sh for hr.

    Of those that the identifier tells it is said here: langcodes takes a third of the time in which a file is linted.
    """
    language = code.partition("-")[0]
    return WHOLE.get(language, language) if language in WHOLE or language in identified() else looked_up(code)


def looked_up(code: str) -> str:
    from langcodes import Language
    from langcodes.data_dicts import MACROLANGUAGES

    language = str(Language.get(code).language)
    whole = MACROLANGUAGES.get(language, language)
    return ALIKE.get(whole, whole)


@cache
def readable() -> frozenset[str]:
    """The languages that texts are told by: what a text in any other reads as is no evidence."""
    return frozenset(map(whole_of, identified()))


def close(one: str, other: str) -> bool:
    return any(one in languages and other in languages for languages in CLOSE)


def name_of(code: str) -> str:
    from langcodes import Language

    return str(Language.get(code).display_name())
