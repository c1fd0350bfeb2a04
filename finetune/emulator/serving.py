"""Runs the emulator: the front on 127.0.0.1, Starlette on uvicorn behind it, and the jobs' steps."""

import asyncio
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from finetune.emulator.app import Emulator
from finetune.emulator.faults import Fault
from finetune.emulator.front import Front
from finetune.emulator.schedule import Schedule
from finetune.emulator.store import claim
from finetune.errors import unusable

HOST = "127.0.0.1"
STEP_SECONDS = 0.05
GRACE_SECONDS = 1.0
"""What is under way has this long to be answered when the emulator stops."""


class Inner(uvicorn.Server):
    """uvicorn, which leaves signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(store: Path, faults: list[Fault], port: int, seconds: float, ready: Callable[[str], object]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is told the address. Jobs that have not ended go on after a restart."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with claim(store), tempfile.TemporaryDirectory(prefix="emulator-") as folder:
        inner = f"{folder}/inner"
        schedule = Schedule(faults)
        emulator = Emulator(store, schedule, seconds)
        front = Front(inner, schedule, emulator.counts.request)
        config = uvicorn.Config(
            emulator.app,
            uds=inner,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        server = Inner(config)
        tasks = [asyncio.create_task(server.serve()), asyncio.create_task(steps(emulator))]
        listening = None
        try:
            while not server.started:
                await asyncio.sleep(0.005)
            listening = await listen(front, port)
            emulator.batches.resume()
            ready(f"http://{HOST}:{listening.sockets[0].getsockname()[1]}")
            stopped = asyncio.create_task(stop.wait())
            done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            if listening:
                listening.close()
            if front.exchanges:
                await asyncio.wait(front.exchanges, timeout=GRACE_SECONDS)
            server.should_exit = True
            tasks[1].cancel()
            for task in emulator.batches.tasks.values():
                task.cancel()
            await asyncio.gather(*tasks, *emulator.batches.tasks.values(), return_exceptions=True)
            emulator.jobs.halt()
            emulator.counts.keep()


async def listen(front: Front, port: int) -> asyncio.Server:
    try:
        return await asyncio.start_server(front.accept, HOST, port)
    except OSError as error:
        raise unusable(f"--port {port}", str(error.strerror or error), "0 chooses a free one") from None


async def steps(emulator: Emulator) -> None:
    """Take the jobs further, again and again. An error, of a batch too, ends the emulator: a full disk, say."""
    while True:
        await asyncio.to_thread(emulator.jobs.step)
        emulator.batches.settle()
        await asyncio.sleep(STEP_SECONDS)
