"""Bytes of connections on their way from the sockets to the parsers, through one piece of memory for all of them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from weakref import WeakKeyDictionary

BUFFER_BYTES = 512 * 1024

# buffer, start, end, time of reading (monotonic seconds) -> where the first incomplete message or frame begins
Receive = Callable[[bytearray, int, int, float], int]


class SharedBuffer:
    """Memory that one read after the other goes through. What is incomplete at its end waits with its connection."""

    def __init__(self) -> None:
        self.bytes = bytearray(BUFFER_BYTES)
        self.view = memoryview(self.bytes)


_buffers: WeakKeyDictionary[asyncio.AbstractEventLoop, SharedBuffer] = WeakKeyDictionary()


def running_buffer() -> SharedBuffer:
    """The memory that all streams of the running loop read through."""
    loop = asyncio.get_running_loop()
    found = _buffers.get(loop)
    if found is None:
        found = _buffers[loop] = SharedBuffer()
    return found


class Inlet:
    """The reading end of one connection: ``read``, then ``parse`` before anybody else reads.

    ``receive`` gets the bytes and may not keep them.
    """

    def __init__(self, shared: SharedBuffer, receive: Receive) -> None:
        self._shared, self._receive = shared, receive
        self._rest = b""

    def read(self, connected: socket.socket) -> tuple[int, bool]:
        """Read once from a non-blocking socket: bytes read, 0 at its end, and whether there may be more.

        Raises OSError, among them BlockingIOError where nothing has come.
        """
        room = BUFFER_BYTES - len(self._rest)
        size = connected.recv_into(self._shared.view[len(self._rest) :])
        return size, size == room

    def parse(self, size: int, now: float) -> None:
        """Parse the bytes read last behind what was incomplete, or that alone once more: it may be all that comes.

        Raises what ``receive`` does.
        """
        rest, self._rest = self._rest, b""  # whatever fails: the same bytes must not come twice
        if end := len(rest) + size:
            self._shared.bytes[: len(rest)] = rest
            start = self._receive(self._shared.bytes, 0, end, now)
            self._rest = bytes(self._shared.view[start:end])
