"""Where the API is: on which machine, and under which path a model is told of."""

import re
from urllib.parse import quote

from finetune.credentials import environment
from finetune.errors import unusable

URL, DEFAULT_URL = "ANTHROPIC_BASE_URL", "https://api.anthropic.com"
LOCAL = ("127.0.0.1", "localhost", "::1")


def base_url() -> tuple[str, bool]:
    """Where the API is, and whether that is this machine: in clear a key goes to no other."""
    import httpx2

    given = environment(URL) or DEFAULT_URL
    try:
        url = httpx2.URL(given)
    except (httpx2.InvalidURL, UnicodeError):
        raise unusable(URL, "no address", f"such as {DEFAULT_URL}") from None
    if not re.fullmatch(r"[\w.:-]+", url.host) or url.scheme not in ("http", "https") or url.query or url.fragment:
        raise unusable(URL, "no address of an API", f"such as {DEFAULT_URL}")
    if url.userinfo:  # it would be in every error, and hides which machine is meant
        raise unusable(URL, "it has a user or a password in it", "the key is in ANTHROPIC_API_KEY")
    on_this_machine = url.host in LOCAL
    if url.scheme == "http" and not on_this_machine:
        raise unusable(URL, "not https", "a key is sent in clear to no other machine")
    return given, on_this_machine


def path_of_model(model: str) -> str:
    """Where the API tells of a model, whose name need not be one: it leads to no other path."""
    return f"/v1/models/{quote(model, safe=':@')}"
