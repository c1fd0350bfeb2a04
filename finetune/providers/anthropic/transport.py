"""The HTTP client under the SDK: a whole exchange is bounded in size and in time, and no redirect is followed."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import anthropic
import httpx2

MOST_BYTES = 256 * 2**20


class Bounded(httpx2.SyncByteStream):
    """An answer's body that ends in an error when it gets too large, whatever its head said."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self.stream, self.left = stream, MOST_BYTES

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.stream:
            self.left -= len(chunk)
            if self.left < 0:
                raise httpx2.ReadError(f"more than {MOST_BYTES >> 20} MB")
            yield chunk

    def close(self) -> None:
        self.stream.close()


class Deadline:
    """Cuts the connection of one exchange when its time is over. The client's own timeout is for each read: a head or
    a body of one byte a minute would go on forever."""

    def __init__(self, seconds: float) -> None:
        self.timer, self.over = threading.Timer(seconds, self.cut), False
        self.timer.daemon = True
        self.socket: socket.socket | None = None

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Called at each step of the exchange: the last connection that was made, or wrapped in TLS, is ours."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self.socket = info["return_value"].get_extra_info("socket")
            if self.over:
                self.cut()

    def cut(self) -> None:
        self.over = True
        if self.socket is not None:
            with suppress(OSError):  # it ended at the same moment
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


class Sender(anthropic.DefaultHttpxClient):
    """Sends a request, and reads its whole answer, within `seconds`."""

    def __init__(self, seconds: float, **more: Any) -> None:
        super().__init__(timeout=seconds, **more)
        self.seconds = seconds

    def send(self, request: httpx2.Request, **more: Any) -> httpx2.Response:
        deadline = Deadline(self.seconds)
        request.extensions = {**request.extensions, "trace": deadline.trace}
        deadline.timer.start()
        try:
            return super().send(request, **more)
        except httpx2.TransportError:
            if deadline.over:
                raise httpx2.ReadTimeout(f"still going on after {self.seconds:g} s", request=request) from None
            raise
        finally:
            deadline.timer.cancel()


def bound(response: httpx2.Response) -> None:
    """What is packed is refused, as we asked for what is not: a few bytes could unpack to more than fits in memory."""
    assert isinstance(response.stream, httpx2.SyncByteStream)
    response.stream = Bounded(response.stream)
    if (packed := response.headers.get("content-encoding", "identity")) != "identity":
        raise httpx2.DecodingError(f"packed with {packed[:20]}, though we asked for what is not")


def http_client(seconds: float, on_this_machine: bool) -> httpx2.Client:
    """`seconds` is for each read, and for a whole exchange. A redirect is an error: it would make a GET of a POST.

    Each exchange has a connection of its own: a POST on one that the server closes at that moment would be lost.
    Proxies of the environment are used, but not to reach this machine: they would get the key in clear.
    """
    return Sender(
        seconds,
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        event_hooks={"response": [bound]},
        **({"transport": httpx2.HTTPTransport(), "trust_env": False} if on_this_machine else {}),
    )
