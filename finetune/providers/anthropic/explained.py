"""What the provider's errors mean to who reads them, with the way on."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from finetune.credentials import redacted
from finetune.errors import RefusedError, RequestError, UnsureError, printable

if TYPE_CHECKING:
    import anthropic

OTHER_WAYS = (
    "the public API offers no fine-tuning today: ask your contact at Anthropic for access; the other ways are "
    "`make finetune PROVIDER=manual` (a console) and `make finetune PROVIDER=local` (this machine, for nothing)"
)
WORDS = {
    400: ("the request is wrong", "mend what it names; `python -m finetune lint` checks the files"),
    401: ("the key is not taken", "check ANTHROPIC_API_KEY"),
    402: ("billing", "add credit or a payment method in the console, then run the same command again"),
    403: ("the key may not do this", OTHER_WAYS),
    404: ("it is not there", "check the names and paths in params.yaml: submit.providers.anthropic"),
    413: ("the files are too large", "train on fewer examples"),
    429: ("too many requests, or the quota is used up", "wait or ask for a higher limit, then run the same command"),
    529: ("the API is overloaded", "wait, then run the same command again"),
}
"""What a status says in a user's words, and the way on."""
TRANSIENT = (408, 409, 425, 429, 500, 502, 503, 504, 529)
"""The statuses after which the same request may be answered later."""
UNSURE_FROM = 500
"""From here on a server may have done what it was asked to, and failed afterwards."""
LONGEST_WAIT = 86_400.0
REDIRECTED = ("it is said to be elsewhere, where our key is not sent", "set ANTHROPIC_BASE_URL to where the API is")
OTHER = ("it answered with an error", "run the same command again")


def no_access(path: str, error: RequestError) -> RefusedError:
    """What 403 and 404 mean where jobs are made and listed."""
    what = f"this account has no access to fine-tuning ({path} answered {error.status})"
    return RefusedError("submit.provider: anthropic", what, OTHER_WAYS, status=error.status)


def one_line(said: str, most: int = 500) -> str:
    """What a provider said, fit to be shown: without our keys, in one line, not for long, and moving no cursor."""
    return printable(" ".join(redacted(said).split()))[:most]


def refusal(what: str, error: "anthropic.APIStatusError") -> RequestError:
    """The SDK's error as ours; `what` is the request."""
    status, kind = error.status_code, str(error.type or "")
    said = one_line(str(error.api_message or error.message))
    billing = kind == "billing_error" or "credit balance" in said.lower()
    redirected = 300 <= status < 400
    words, fix = REDIRECTED if redirected else WORDS.get(402 if billing else status, OTHER)
    name = f", {one_line(error.request_id, 100)}" if error.request_id else ""
    unsure = status >= UNSURE_FROM or status in (408, 409) or redirected
    of = UnsureError if unsure else RefusedError
    passes, later = status in TRANSIENT and not billing, retry_after(error.response.headers.get("retry-after", ""))
    return of(what, f"{words}: {said} ({status}{name})", fix, status=status, passes=passes, retry_after=later)


def retry_after(header: str) -> float | None:
    """The seconds that the provider asks us to wait: it names them, or a date."""
    try:
        seconds = float(header) if header.isascii() and header[:1].isdigit() else until(parsedate_to_datetime(header))
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def until(date: datetime) -> float:
    return (date.astimezone(UTC) - datetime.now(UTC)).total_seconds()
