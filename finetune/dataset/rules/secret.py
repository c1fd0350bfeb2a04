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
    )
)
BAD = Sample(
    (
        chat("Use " + "sk-" + "ant-api03-" + "a1B2" * 10),
        chat("AKIA" + "ABCDEFGHIJKLMNOP"),
        chat("-----BEGIN " + "RSA PRIVATE KEY-----"),
    )
)
HINTS = (
    "sk-",
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "ghr_",
    "sk_live_",
    "rk_live_",
    "SG.",
    "aws_secret_access_key",
    "github_pat_",
    "glpat-",
    "xox",
    "AIza",
    "hf_",
    "PRIVATE KEY",
    "eyJ",
    "npm_",
    "pypi-",
    "Bearer ",
    "://",
)
KINDS = {
    "an Anthropic key": r"sk-ant-[\w-]{20,}",
    "an API key": r"\bsk-(?!ant-)[\w-]{20,}",
    "an AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\bgh[posur]_\w{30,}|\bgithub_pat_\w{22,}",
    "a GitLab token": r"\bglpat-[\w-]{20,}",
    "a Stripe key": r"\b[sr]k_live_\w{20,}",
    "a SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{32,}",
    "an AWS secret": r"\baws_secret_access_key\W{1,4}[A-Za-z0-9/+]{40}\b",
    "a Slack token": r"\bxox[abeprs]-[\w-]{10,}",
    "a Google key": r"\bAIza[\w-]{35}",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}",
    "a registry's token": r"\bnpm_\w{36}|\bpypi-[\w-]{50,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a signed token": r"\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a bearer token": r"\bBearer [\w.~+/-]{20,}",
    "a password in an address": r"\b\w+://(?!user(?:name)?:pass)[^\s/:@]+:[^\s/@]{3,}@",
}
FEWEST = 4
"""Different characters after the first eight: `sk-xxxxxxxxxxxx` is nobody's key."""
SECRET = re.compile("|".join(f"({pattern})" for pattern in KINDS.values()))


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    """The message shows four characters of what it found, and no more: findings are logged."""
    for found in SECRET.finditer(text):
        if "EXAMPLE" in found[0] or len(set(found[0][8:])) < FEWEST:
            continue
        kind = list(KINDS)[(found.lastindex or 1) - 1]
        yield Problem(f"{kind} ({found[0][:4]}…); take it out, and revoke it", found=found[0])
