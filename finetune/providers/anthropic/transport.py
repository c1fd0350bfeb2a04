"""The HTTP client under the SDK: answers are bounded in size and in time, and no redirect is followed."""

import time
from collections.abc import Iterator

import anthropic
import httpx2

MOST_BYTES = 256 * 2**20


class Bounded(httpx2.SyncByteStream):
    """An answer's body that ends in an error when it gets too large, or goes on for too long.

    The client's own timeout is for each read: one byte a minute would go on forever.
    """

    def __init__(self, stream: httpx2.SyncByteStream, seconds: float) -> None:
        self.stream, self.end, self.left = stream, time.monotonic() + seconds, MOST_BYTES

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.stream:
            self.left -= len(chunk)
            if self.left < 0:
                raise httpx2.ReadError(f"more than {MOST_BYTES >> 20} MB")
            if time.monotonic() > self.end:
                raise httpx2.ReadTimeout("still going on after its time")
            yield chunk

    def close(self) -> None:
        self.stream.close()


def http_client(seconds: float) -> httpx2.Client:
    """`seconds` is for each read, and for a whole body. A redirect is an error: it would make a GET of a POST."""

    def bound(response: httpx2.Response) -> None:
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = Bounded(response.stream, seconds)

    return anthropic.DefaultHttpxClient(timeout=seconds, follow_redirects=False, event_hooks={"response": [bound]})
