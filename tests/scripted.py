"""A server on this machine that answers whatever bytes a test wants, as the emulator cannot."""

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple


class Asked(NamedTuple):
    """A request as it came over the wire; `raw` is all of it."""

    method: str
    target: str
    raw: bytes


Answer = Callable[[Asked], bytes | Iterable[bytes]]
"""What is sent back, head included: at once, or in pieces."""


def reply(body: bytes | object, status: int = 200, *headers: str) -> bytes:
    """An answer with a head; what is no bytes is written as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status} So", f"Content-Length: {len(data)}", "Connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode() + data


class Scripted:
    """Listens on a free port; `asked` are the requests so far."""

    def __init__(self, answer: Answer, host: str = "127.0.0.1") -> None:
        self.answer, self.asked = answer, list[Asked]()
        self.listening = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self.one, args=[self.listening.accept()[0]], daemon=True).start()

    def one(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            asked = read(connection)
            self.asked.append(asked)
            answer = self.answer(asked)
            for piece in [answer] if isinstance(answer, bytes) else answer:
                connection.sendall(piece)


def read(connection: socket.socket) -> Asked:
    """A whole request: its head, and as much of a body as that says."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        if not (piece := connection.recv(65536)):
            raise ConnectionResetError
        raw += piece
    head, _, body = raw.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
    return Asked(method, target, head + b"\r\n\r\n" + body)


@contextmanager
def scripted(answer: Answer, host: str = "127.0.0.1") -> Iterator[Scripted]:
    server = Scripted(answer, host)
    try:
        yield server
    finally:
        server.listening.close()
