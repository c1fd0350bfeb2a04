"""HTTP/1.1 on a socket: one request is read whole, passed on, and answered; the connection is closed then."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import unquote

import h11

MOST_BYTES = 256 * 1024 * 1024
MOST_HEAD = 64 * 1024
PIECE = 256 * 1024
OF_THE_CONNECTION = {b"connection", b"keep-alive", b"content-length", b"transfer-encoding", b"expect"}
"""Headers that say how a message travels, not what it is."""

Headers = list[tuple[bytes, bytes]]


class Request(NamedTuple):
    method: str
    target: str
    headers: Headers
    body: bytes

    @property
    def path(self) -> str:
        return unquote(self.target.partition("?")[0])


class Answer(NamedTuple):
    status: int
    headers: Headers
    body: bytes


class TooLargeError(Exception):
    """A request of more bytes than anyone needs."""


class Exchange:
    """A client's connection: one request and one answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)

    async def read(self) -> Request | None:
        """The request, whole; None where the client left. Raises h11.RemoteProtocolError and TooLargeError."""
        head, body = None, bytearray()
        while True:
            event = self.connection.next_event()
            if event is h11.NEED_DATA:
                if self.connection.they_are_waiting_for_100_continue:
                    self.writer.write(self.told(h11.InformationalResponse(status_code=100, headers=[])))
                self.connection.receive_data(await self.reader.read(PIECE))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > MOST_BYTES:
                    raise TooLargeError
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return Request(head.method.decode(), head.target.decode("latin-1"), list(head.headers), bytes(body))
            else:
                return None

    async def answer(self, answer: Answer, method: str = "GET", part: float = 1.0) -> None:
        """Send an answer, with its whole length in its head, and this part of its body; then close."""
        kept = [pair for pair in answer.headers if pair[0].lower() not in OF_THE_CONNECTION]
        headers = [*kept, (b"content-length", str(len(answer.body)).encode()), (b"connection", b"close")]
        with suppress(OSError, h11.LocalProtocolError):  # the client need not be there any more
            self.writer.write(self.told(h11.Response(status_code=answer.status, headers=headers)))
            if method != "HEAD":
                self.writer.write(answer.body[: int(len(answer.body) * part)])
            await self.writer.drain()
        await self.close()

    def told(self, event: h11.Response | h11.InformationalResponse) -> bytes:
        return self.connection.send(event) or b""

    async def close(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()

    def reset(self) -> None:
        """Cut the connection so that the client sees a reset: SO_LINGER with 0 seconds drops what was not sent."""
        found = self.writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


async def ask(path: str, request: Request, more: Headers) -> Answer:
    """The answer of the server behind a Unix socket, whole."""
    reader, writer = await asyncio.open_unix_connection(path)
    connection = h11.Connection(h11.CLIENT)
    kept = [pair for pair in request.headers if pair[0].lower() not in OF_THE_CONNECTION]
    headers = [*kept, *more, (b"content-length", str(len(request.body)).encode()), (b"connection", b"close")]
    head = h11.Request(method=request.method, target=request.target, headers=headers)
    try:
        writer.write((connection.send(head) or b"") + request.body)
        connection.send(h11.Data(data=request.body))
        connection.send(h11.EndOfMessage())
        await writer.drain()
        return await read_answer(connection, reader)
    finally:
        writer.close()


async def read_answer(connection: h11.Connection, reader: asyncio.StreamReader) -> Answer:
    head, body = None, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(PIECE))
        elif isinstance(event, h11.Response):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return Answer(head.status_code, list(head.headers), bytes(body))
        elif not isinstance(event, h11.InformationalResponse):
            raise ConnectionResetError("the server behind the front went away")
