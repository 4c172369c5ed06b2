"""A camera server on a thread of its own, for callers without asyncio."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from examops.demo.testcam.server import CameraServer


@contextmanager
def in_background(server: CameraServer) -> Iterator[CameraServer]:
    """Run the server while the block lasts. Its port and URLs are known inside. Raises what starting raises."""
    ready, errors, stop = threading.Event(), list[BaseException](), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with server:
            ready.set()
            await stop.wait()

    def work() -> None:
        try:
            loop.run_until_complete(serve())
        except OSError as error:
            errors.append(error)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=work, name="testcam-server")
    thread.start()
    ready.wait()
    try:
        if errors:
            raise errors[0]
        yield server
    finally:
        if not errors:
            loop.call_soon_threadsafe(stop.set)
        thread.join()
