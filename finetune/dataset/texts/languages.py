"""Languages by their names and codes, as far as a text can tell them apart."""

import re
from functools import cache

ALIKE = {"gsw": "de", "lah": "pa"}
"""Languages that are no macrolanguage's and are read as another: Swiss German, Punjabi in Arabic letters."""
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
CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")
NO_LANGUAGE = ("und", "mul", "mis", "zxx")


@cache
def code_of(name: str) -> str:
    """The ISO code of a language's name or code, its macrolanguage's where there is one; empty if unknown.

    zh for Mandarin and cmn, es for es-MX and spa. What is written small is a code before it is a name: so is Somali.
    """
    from langcodes import find

    if (other := OTHER_NAMES.get(name.lower())) or (name.islower() and (other := known(name))):
        return whole_of(other)
    try:
        return whole_of(str(find(name)))
    except (LookupError, ValueError):  # a NUL in a name is no UTF-8 to langcodes
        return whole_of(code) if (code := known(name)) else ""


def known(code: str) -> str:
    """The language of a code that there is: with two letters or three, and perhaps a region; else empty."""
    from langcodes import Language

    found = CODE.fullmatch(code)
    language = found[1].lower() if found else ""
    return language if language and language not in NO_LANGUAGE and Language.get(language).is_valid() else ""


@cache
def whole_of(code: str) -> str:
    """The language that a code's is part of: ku for ckb, ar for arz, sh for hr."""
    from langcodes import Language
    from langcodes.data_dicts import MACROLANGUAGES

    language = str(Language.get(code).language)
    whole = MACROLANGUAGES.get(language, language)
    return ALIKE.get(whole, whole)


def close(one: str, other: str) -> bool:
    return any(one in languages and other in languages for languages in CLOSE)


def name_of(code: str) -> str:
    from langcodes import Language

    return str(Language.get(code).display_name())
