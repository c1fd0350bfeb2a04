"""Keys: read from the environment or from `.env`, and kept out of whatever is said, logged or written."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from finetune.errors import unusable

if TYPE_CHECKING:
    from logging import LogRecord

ENV = Path(".env")
FEWEST = 8
"""Characters that a secret has at least: a shorter one stands in ordinary text, too."""
KNOWN: set[str] = set()
"""The secrets that this process has read."""


def credential(name: str) -> str:
    """The value of this name in the environment, else in `.env`; empty where neither has it.

    It is never put into the environment, so no other program inherits it. An error never shows it.
    """
    value = environment(name)
    if len(value) >= FEWEST:
        KNOWN.add(value)
    if not (value.isascii() and value.isprintable()) or set(' "\\') & set(value):
        raise unusable(name, "it has a character that no key has", "copy it again, without quotes or line breaks")
    return value


def environment(name: str) -> str:
    """What the environment, else `.env`, says of this name, which is no secret; empty where neither does."""
    value = os.environ.get(name)
    if not value and ENV.exists():
        from dotenv import dotenv_values

        try:
            value = dotenv_values(ENV, interpolate=False, encoding="utf-8-sig").get(name)
        except UnicodeDecodeError:
            raise unusable(str(ENV), "not UTF-8", ".env.example shows how it is written") from None
    return (value or "").strip()


def redacted(text: str) -> str:
    """The text without any secret that was read."""
    for secret in longest_first():
        text = text.replace(secret, "[redacted]")
    return text


def redacted_bytes(data: bytes) -> bytes:
    """The same of what a server sent; it may have written a secret's characters as JSON's escapes."""
    for secret in longest_first():
        data = data.replace(secret.encode(), b"[redacted]")
        if b"\\u" in data or b"\\/" in data:
            data = re.sub(escaped(secret), b"[redacted]", data, flags=re.IGNORECASE)
    return data


def longest_first() -> list[str]:
    """One secret may begin another."""
    return sorted(KNOWN, key=len, reverse=True)


def escaped(secret: str) -> bytes:
    """What matches a secret, each of whose characters may be an escape."""
    return "".join(rf"(?:{re.escape(one)}|\\u{ord(one):04x})" for one in secret).replace("/", r"\\?/").encode()


def guard_logs() -> None:
    """Redact every line that is logged from now on, whoever logs it: an SDK's debug log has headers in it."""
    import logging

    make = logging.getLogRecordFactory()
    if make is not clean_record:
        clean_record.make = make  # type: ignore[attr-defined]
        logging.setLogRecordFactory(clean_record)


def clean_record(*args: object, **more: object) -> "LogRecord":
    from logging import Formatter

    record: LogRecord = clean_record.make(*args, **more)  # type: ignore[attr-defined]
    record.msg, record.args = redacted(record.getMessage()), ()
    if record.exc_info and record.exc_info[0]:
        record.exc_text = redacted(Formatter().formatException(record.exc_info))
    return record
