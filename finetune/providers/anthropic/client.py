"""Talks to the API through the official SDK: what reads is tried again, what creates is sent once."""

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from finetune.credentials import credential, guard_logs, redacted, redacted_bytes
from finetune.errors import RefusedError, UnsureError, unusable
from finetune.providers.anthropic.address import base_url
from finetune.providers.anthropic.connection import Connection
from finetune.providers.anthropic.explained import one_line, refusal

if TYPE_CHECKING:
    import anthropic

T = TypeVar("T")
KEY = "ANTHROPIC_API_KEY"
PATIENCE = 10.0
"""Seconds that reading is tried again at most: a person may sit there. Who waits for a job looks again, and again."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
TOLD_FROM = 3.0
"""Who waits this many seconds is told why."""


class Client:
    """One account. Nothing is sent, nor the SDK imported, before the first request."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tell: Callable[[str], None] = lambda _: None

    @property
    def url(self) -> str:
        """Where the account is: the same key there is the same account."""
        return str(self.sdk.base_url)

    @cached_property
    def sdk(self) -> "anthropic.Anthropic":
        """The SDK's client: no retries of its own (a POST whose answer is lost would be sent again), no redirects."""
        key = credential(KEY)
        if not key:
            other = "`make finetune PROVIDER=local` needs none, PROVIDER=manual none for training"
            raise unusable(KEY, "not set", f"export it, or write it into .env (.env.example shows how); {other}")
        try:
            import anthropic

            from finetune.providers.anthropic.transport import http_client
        except ImportError:
            fix = 'install the extra `anthropic`: pip install "finetune[anthropic]"'
            raise unusable("submit.provider: anthropic", "the SDK is not installed", fix) from None
        guard_logs()
        url, on_this_machine = base_url()
        try:
            http = http_client(self.connection.timeout_seconds, on_this_machine)
        except (ImportError, ValueError) as error:
            proxies = "HTTPS_PROXY, ALL_PROXY"
            raise unusable(proxies, redacted(str(error).splitlines()[0]), "name an http or https proxy") from None
        return anthropic.Anthropic(api_key=key, base_url=url, max_retries=0, http_client=http)

    def get(self, path: str, of: type[T], **query: str | int) -> T:
        """Read, and try again after whatever may pass, as long as a person would wait."""
        patience = min(PATIENCE, self.connection.patience_seconds)
        return self.patiently(lambda: self.once("GET", path, of, options={"params": query}), patience)

    def post(self, path: str, body: object, of: type[T]) -> T:
        """Send once. RefusedError where it did nothing, UnsureError where it may have done something."""
        return self.once("POST", path, of, body=body)

    def upload(self, path: str, fields: dict[str, str], files: dict[str, bytes], of: type[T]) -> T:
        """Send files, as a form; again only where they were refused for the moment. Without the header the SDK would
        send the fields as JSON, and no file."""
        parts = [(name, (f"{name}.jsonl", data, "application/jsonl")) for name, data in files.items()]
        headers = {"Content-Type": "multipart/form-data"}

        def send() -> T:
            try:
                return self.once("POST", path, of, body=fields, files=parts, options={"headers": headers})
            except UnsureError as error:
                error.passes = False
                raise

        return self.patiently(send)

    def patiently(self, ask: Callable[[], T], patience: float | None = None) -> T:
        """What `ask` returns, tried again after errors that may pass, as late as the provider asks us to."""
        left = self.connection.patience_seconds if patience is None else patience
        end, pause = time.monotonic() + left, FIRST_PAUSE
        while True:
            try:
                return ask()
            except (RefusedError, UnsureError) as error:
                wait = max(pause, error.retry_after or 0)
                if not error.passes or time.monotonic() + wait > end:
                    raise
                if wait >= TOLD_FROM:
                    self.tell(f"waiting {wait:.0f} s, then asking again: {error.where}: {error.what}")
            time.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)

    def once(self, method: str, path: str, of: type[T], **more: Any) -> T:
        """One request, and its answer as a record."""
        return self.record(f"{method} {path}", self.raw(method, path, **more), of)

    def raw(self, method: str, path: str, **more: Any) -> bytes:
        """One request, and the bytes of its answer, without our key should they hold it."""
        import httpx2

        more.setdefault("options", {})["max_retries"] = 0
        send = self.sdk.get if method == "GET" else self.sdk.post
        return self.told(f"{method} {path}", lambda: send(path, cast_to=httpx2.Response, **more).content)

    def told(self, what: str, send: Callable[[], bytes]) -> bytes:
        """What is sent back; the SDK's errors as ours."""
        import anthropic
        import httpx2

        try:
            return redacted_bytes(send())
        except anthropic.APIStatusError as error:
            raise refusal(what, error) from None
        except (anthropic.APIError, httpx2.HTTPError, httpx2.StreamError) as error:
            cause = error.__cause__ or error
            if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError):
                raise unreachable(self.sdk.base_url, cause) from None
            said = one_line(str(cause) or type(cause).__name__)
            raise UnsureError(what, f"the answer was lost ({said})", passes=True) from None

    def record(self, what: str, data: bytes, of: type[T]) -> T:
        """The answer as a record; UnsureError where it is none, as a proxy's page."""
        try:
            return msgspec.json.decode(data, type=of)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            begins = data[:60].decode("utf-8", "replace")
            raise UnsureError(
                what, f"not an answer of the API ({one_line(str(error))}): {begins!r}", passes=True
            ) from None


def unreachable(url: object, cause: Exception) -> RefusedError:
    return RefusedError(str(url), f"cannot be reached ({one_line(str(cause))})", "check the network", passes=True)
