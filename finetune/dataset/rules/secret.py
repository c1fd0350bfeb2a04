"""No text has a key, a token or a password: whoever has the model may get it."""

import re
from collections.abc import Iterator
from functools import cache

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.dataset.texts.nobodys import SAMPLES, password_in, stands_for_one
from finetune.records.profile import Scope

GOOD = Sample(
    (
        chat("The skill of a task-master is to ask for the sketch."),
        chat("Try https://user:password@host/, AKIA" + "IOSFODNN7EXAMPLE and sk-" + "x" * 30 + "."),
        chat("Send Bearer YOUR_ACCESS_TOKEN_HERE, sk-your-api-key-goes-here, or .sk-fading-circle-container."),
        chat(
            "Try amqp://guest:guest@host, db://root:secret@localhost/, db://${USER}:${WORD}@db or db://<user>:<word>@db."
        ),
        chat("mongodb://admin:password@mongo:27017, ASIA" + "2024CONFERENCEXX, Authorization: Basic dXNlcjpwYXNz."),
        chat("eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"),
        chat(
            'password="my-secret-pw1", password=os.environ.word2, pwd=$(pwd), Password: required, password: get_word1()'
        ),
        chat("api_key=YOUR_API_KEY_FROM_THE_CONSOLE_NO_1, api_key: " + "abcdef1234567890" * 2),
    )
)
BAD = Sample(
    (
        chat("Use " + "sk-" + "ant-api03-" + "a1B2" * 10),
        chat("AKIA" + "ABCDEFGHIJKLMNOP"),
        chat("-----BEGIN " + "RSA PRIVATE KEY-----"),
        chat("-----BEGIN " + "PGP PRIVATE KEY BLOCK-----"),
        chat("AWS_SECRET_" + "ACCESS_KEY=" + "a1B2" * 10),
        chat("redis://:" + "tr0ub4dor@cache.firma.es/0"),
        chat("bearer " + "a1B2" * 8),
        chat("sk_" + "test_" + "a1B2" * 8),
        chat("https://hooks.slack.com/" + "services/T0001/B0001/" + "a1B2" * 6),
        chat("Authorization: " + "Basic " + "YW5hOmdlaGVpbQ=="),
        chat("Is it password" + "=hunter2secret?"),
        chat('"api' + '_key": "' + "9f8a7b6c" * 4 + '"'),
        chat("123456789:" + "AA" + "a1B2c3D" * 4 + "a1B2c"),
        chat("https://discord.com/" + "api/webhooks/123456789/" + "aB1_" * 17),
        chat("hvs" + "." + "aB1_" * 8),
        chat("key" + "-" + "9f8a7b6c" * 4),
        chat("SK" + "9f8a7b6c" * 4),
    )
)
NAMES = (
    *("api_key", "api-key", "apikey", "apiKey", "API_KEY", "API-Key", "API key", "private_key", "PRIVATE_KEY"),
    *("secret_key", "SECRET_KEY", "secretKey", "client_secret", "CLIENT_SECRET", "clientSecret", "access_key"),
    *("access_token", "ACCESS_TOKEN", "accessToken", "auth_token", "AUTH_TOKEN", "authToken", "ACCESS_KEY"),
)
KINDS = {
    "an Anthropic key": (("sk-ant-",), r"sk-ant-[\w-]{20,}"),
    "an API key": (("sk-",), r"\bsk-(?!ant-)[\w-]{20,}"),
    "another API key": (
        ("gsk_", "xai-", "r8_", "pplx-", "lin_api_", "NRAK-"),
        r"\b(?:gsk_|xai-|r8_|pplx-|lin_api_)\w{30,}|\bNRAK-[A-Z0-9]{20,}",
    ),
    "an AWS key": (("AKIA", "ASIA"), r"\bAKIA[A-Z2-7]{16}\b|\bASIA(?=[A-Z]*[2-7])[A-Z2-7]{16}\b"),
    "an AWS secret": (
        ("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"),
        r"(?i:\baws_secret_access_key)\W{1,4}[A-Za-z0-9/+]{40}\b",
    ),
    "an Azure key": (("AccountKey=",), r"\bAccountKey=[\w+/]{60,}={0,2}"),
    "a GitHub token": (
        ("ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_"),
        r"\bgh[posur]_\w{30,}|\bgithub_pat_\w{22,}",
    ),
    "a GitLab token": (("glpat-",), r"\bglpat-[\w-]{20,}"),
    "a Stripe key": (
        ("sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_"),
        r"\b[sr]k_(?:live|test)_\w{20,}|\bwhsec_\w{24,}",
    ),
    "a SendGrid key": (("SG.",), r"\bSG\.[\w-]{16,}\.[\w-]{32,}"),
    "a Slack token": (
        ("xox", "xapp-", "hooks.slack.com"),
        r"\bxox[abeprs]-[\w-]{10,}|\bxapp-\d-[\w-]{20,}|\bhooks\.slack\.com/services/[\w/]{20,}",
    ),
    "a Google key": (("AIza", "GOCSPX-", "ya29."), r"\bAIza[\w-]{35}|\bGOCSPX-[\w-]{20,}|\bya29\.[\w-]{20,}"),
    "a Hugging Face token": (("hf_",), r"\bhf_[A-Za-z0-9]{30,}"),
    "a registry's token": (("npm_", "pypi-"), r"\bnpm_\w{36}|\bpypi-[\w-]{50,}"),
    "a platform's token": (
        ("dop_v1_", "dapi", "shpat_"),
        r"\bdop_v1_[0-9a-f]{60,}|\bdapi[0-9a-f]{32}\b|\bshpat_[0-9a-fA-F]{32}\b",
    ),
    "a Vault token": (("hvs.",), r"\bhvs\.[\w-]{24,}"),
    "a Mailgun key": (("key-",), r"\bkey-[0-9a-f]{32}\b"),
    "a Twilio key": (("SK",), r"\bSK[0-9a-f]{32}\b"),
    "a Telegram bot's token": ((":AA",), r"\b\d{8,10}:AA[\w-]{32,33}(?![\w-])"),
    "a Discord webhook": (("/api/webhooks/",), r"\bdiscord(?:app)?\.com/api/webhooks/\d{9,}/[\w-]{40,}"),
    "a private key": (("PRIVATE KEY",), r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----"),
    "a signed token": (("eyJ",), r"\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a bearer token": (("Bearer ", "bearer "), r"\b[Bb]earer [\w.~+/-]{20,}"),
    "a login": (("Authorization: Basic",), r"\bAuthorization: Basic (?P<login>[\w+/]{12,}={0,2})"),
    "a password in an address": (
        ("://",),
        r"\b\w+://(?!user(?:name)?:pass)([^\s/:@<>{}$]*):(?!\1@)(?P<value>[^\s/@<>{}$]{3,})@(?!localhost\b|127\.)",
    ),
    "a key": (
        NAMES,
        r"(?i:(?:api|secret|access|auth|private)[ _-]?(?:key|token)|client[_-]?secret)[\"']?\s?[:=]\s?[\"']?"
        r"(?P<value>[\w/+-]{32,})",
    ),
    "a password": (
        ("assword", "ASSWORD", "passwd", "PASSWD", "assphrase", "PASSPHRASE", "pwd", "PWD"),
        r"(?i:passw(?:or)?d|passphrase|pwd)[\"']?\s?[:=]\s?[\"']?"
        r"(?P<value>(?!/)[^\s\"'`<>{}$()\[\],;&]{8,}+)(?![(\[{])",
    ),
}
"""What such a text has, and how a secret of the kind looks."""
HINTS = tuple(dict.fromkeys(hint for hints, _ in KINDS.values() for hint in hints))
FEWEST = 4
"""Different characters after the first eight: `sk-xxxxxxxxxxxx` is nobody's key."""
WORDS = ("an API key", "a bearer token", "a key", "a password")
"""Kinds that are none without a digit: `sk-your-key-goes-here`."""
NAMED = ("a key", "a password")
"""Kinds by the name before them: whatever has a form of its own was found by that. A password may be made up."""
DIGIT, LETTER, DOTTED = re.compile(r"[0-9]"), re.compile(r"[A-Za-z]"), re.compile(r"[A-Za-z_]\w*(?:\.\w+)+|.*://.*")


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    """The message shows four characters of what it found, and no more: findings are logged."""
    ends: set[int] = set()
    for kind, (hints, pattern) in KINDS.items():
        for found in compiled(pattern).finditer(text) if any(hint in text for hint in hints) else ():
            said = found[0]
            if is_nobodys(kind, found) or (kind in NAMED and found.end() in ends):
                continue
            ends.add(found.end())
            yield Problem(
                f"{kind} ({said[:4]}…); take it out, and revoke it",
                found=said,
                warns=kind == "a password" and not scope.lego,
            )


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Where a text first has what it needs: most files have none of it."""
    return re.compile(pattern)


def is_nobodys(kind: str, found: re.Match[str]) -> bool:
    said, parts = found[0], found.groupdict()
    value = parts.get("value") or password_in(parts.get("login") or "")
    if len(set(said[8:])) < FEWEST or any(sample in said for sample in SAMPLES) or (value and stands_for_one(value)):
        return True
    if kind in NAMED and (not LETTER.search(value) or DOTTED.fullmatch(value)):
        return True
    return kind in WORDS and not DIGIT.search(value or said)
