"""The front: takes every connection, passes requests on to the server behind it, and cuts as the faults say."""

import asyncio
from collections.abc import Callable

import h11

from finetune.emulator import faults
from finetune.emulator.faults import Fault, name_of
from finetune.emulator.schedule import Schedule
from finetune.emulator.spoiling import error, instead, spoilt
from finetune.emulator.wire import MOST_BYTES, Answer, Exchange, Request, TooLargeError, ask

FATE = b"x-emulator-fate"
"""Tells the server behind what is to become of the job that a request makes. A client's own is dropped."""


class Front:
    """`inner` is the Unix socket of the server behind; `count` is told every request's method and path."""

    def __init__(self, inner: str, schedule: Schedule, count: Callable[[str, str], None]) -> None:
        self.inner, self.schedule, self.count = inner, schedule, count
        self.exchanges: set[asyncio.Future[None]] = set()
        """Under way. asyncio itself holds a task too weakly: one whose client closed its half was garbage-collected."""

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self.serve(Exchange(reader, writer)))
        self.exchanges.add(task)
        task.add_done_callback(self.exchanges.discard)

    async def serve(self, exchange: Exchange) -> None:
        try:
            request = await exchange.read()
            if request is not None:
                await self.take(exchange, request)
        except h11.ProtocolError as wrong:
            await exchange.answer(error(400, f"not HTTP/1.1: {wrong}"))
        except TooLargeError:
            await exchange.answer(error(413, f"Request exceeds the maximum size of {MOST_BYTES} bytes"))
        except OSError:  # the client went away, or the server behind stops
            await exchange.answer(error(500, "the emulator is stopping"))
        finally:
            exchange.writer.close()

    async def take(self, exchange: Exchange, request: Request) -> None:
        """Answer one request, or cut it off."""
        self.count(request.method, request.path)
        fault = self.schedule.strike(request.method, request.path) if request.path.startswith("/v1/") else None
        if isinstance(fault, faults.ResetBefore):
            return exchange.reset()
        if isinstance(fault, faults.BillingLimit) or (isinstance(fault, faults.Status) and not fault.processed):
            return await exchange.answer(instead(fault), request.method)
        if isinstance(fault, faults.DelayBefore):
            await asyncio.sleep(fault.seconds)
        answer = spoilt(fault, await self.processed(request, fault))
        if isinstance(fault, faults.ResetAfter):
            return exchange.reset()
        if isinstance(fault, faults.Delay):
            await asyncio.sleep(fault.seconds)
        part = 0.5 if isinstance(fault, faults.Truncated) else 1.0
        return await exchange.answer(answer, request.method, part)

    async def processed(self, request: Request, fault: Fault | None) -> Answer:
        own = request._replace(headers=[pair for pair in request.headers if pair[0].lower() != FATE])
        fate = [(FATE, name_of(fault).encode())] if isinstance(fault, faults.Fated) else []
        return await ask(self.inner, own, fate)
