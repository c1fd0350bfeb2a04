"""No text has a key, a token or a password: whoever has the model may get it."""

import re
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.profile import Scope

GOOD = Sample(
    (
        chat("The skill of a task-master is to ask for the sketch."),
        chat("Try https://user:password@host/, AKIA" + "IOSFODNN7EXAMPLE and sk-" + "x" * 30 + "."),
        chat("Send Bearer YOUR_ACCESS_TOKEN_HERE, sk-your-api-key-goes-here, or .sk-fading-circle-container."),
        chat(
            "Try amqp://guest:guest@host, db://root:secret@localhost/, db://${USER}:${WORD}@db or db://<user>:<word>@db."
        ),
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
    )
)
KINDS = {
    "an Anthropic key": r"sk-ant-[\w-]{20,}",
    "an API key": r"\bsk-(?!ant-)[\w-]{20,}",
    "another API key": r"\b(?:gsk_|xai-|r8_|pplx-|lin_api_)\w{30,}|\bNRAK-[A-Z0-9]{20,}",
    "an AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "an AWS secret": r"(?i:\baws_secret_access_key)\W{1,4}[A-Za-z0-9/+]{40}\b",
    "an Azure key": r"\bAccountKey=[\w+/]{60,}={0,2}",
    "a GitHub token": r"\bgh[posur]_\w{30,}|\bgithub_pat_\w{22,}",
    "a GitLab token": r"\bglpat-[\w-]{20,}",
    "a Stripe key": r"\b[sr]k_(?:live|test)_\w{20,}|\bwhsec_\w{24,}",
    "a SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{32,}",
    "a Slack token": r"\bxox[abeprs]-[\w-]{10,}|\bxapp-\d-[\w-]{20,}|\bhooks\.slack\.com/services/[\w/]{20,}",
    "a Google key": r"\bAIza[\w-]{35}|\bGOCSPX-[\w-]{20,}|\bya29\.[\w-]{20,}",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}",
    "a registry's token": r"\bnpm_\w{36}|\bpypi-[\w-]{50,}",
    "a platform's token": r"\bdop_v1_[0-9a-f]{60,}|\bdapi[0-9a-f]{32}\b|\bshpat_[0-9a-fA-F]{32}\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----",
    "a signed token": r"\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a bearer token": r"\b[Bb]earer [\w.~+/-]{20,}",
    "a login": r"\bAuthorization: Basic [\w+/]{12,}={0,2}",
    "a password in an address": r"\b\w+://(?!user(?:name)?:pass)([^\s/:@<>{}$]*):(?!\1@)[^\s/@<>{}$]{3,}@(?!localhost\b|127\.)",
}
HINTS = (
    *("sk-", "gsk_", "xai-", "r8_", "pplx-", "lin_api_", "NRAK-", "AKIA", "ASIA", "AccountKey="),
    *("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_"),
    *("glpat-", "sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_", "SG.", "xox", "xapp-", "hooks.slack.com"),
    *("AIza", "GOCSPX-", "ya29.", "hf_", "npm_", "pypi-", "dop_v1_", "dapi", "shpat_", "PRIVATE KEY", "eyJ"),
    *("Bearer ", "bearer ", "Authorization: Basic", "://"),
)
FEWEST = 4
"""Different characters after the first eight: `sk-xxxxxxxxxxxx` is nobody's key."""
WORDS = ("an API key", "a bearer token")
"""Kinds that are none without a digit: `sk-your-key-goes-here`."""
DIGIT = re.compile(r"[0-9]")
PATTERNS = {kind: re.compile(pattern) for kind, pattern in KINDS.items()}


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    """The message shows four characters of what it found, and no more: findings are logged."""
    for kind, pattern in PATTERNS.items():
        for found in pattern.finditer(text):
            said = found[0]
            if "EXAMPLE" in said or len(set(said[8:])) < FEWEST or (kind in WORDS and not DIGIT.search(said)):
                continue
            yield Problem(f"{kind} ({said[:4]}…); take it out, and revoke it", found=said)
