"""Passwords and tokens that are nobody's: words that stand for one, and those of a documentation."""

import binascii
import re
from base64 import b64decode

WORDS = (
    r"(?:(?:my|your|the|our|new|old|some|super|very|test|db|user|admin|root|strong|secure|default|postgres|mysql"
    r"|p[a@]ss(?:w[o0]rd|wd|phrase)?|pwd?|secret|change[\W_]?(?:me|it|this)|letmein|qwerty|welcome|example|placeholder"
    r"|dummy|sample|demo|guest|foo|bar|baz|key|token|value|string|here|word|open[\W_]?sesame|x++)[\W_\d]*+)++"
)
TYPED = ("your", "example", "placeholder", "1234567", "xxxx")
SAMPLES = ("EXAMPLE", ".eyJzdWIiOiIxMjM0NTY3ODkw", ".eyJpc3MiOiJqb2Ui")
"""What is in the keys of AWS's documentation, and in the tokens of jwt.io and of RFC 7519."""


def stands_for_one(password: str) -> bool:
    """Whether these are words for a password, like my-secret-pw1, or something was typed in its place."""
    return re.fullmatch(WORDS, password, re.IGNORECASE) is not None or any(part in password.lower() for part in TYPED)


def password_in(login: str) -> str:
    """The password of a name and a password in base64; empty if it is none."""
    try:
        return b64decode(login, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
