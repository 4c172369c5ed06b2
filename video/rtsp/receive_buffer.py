"""Bytes of one connection on their way from the socket to the parser, each read with its time."""

from __future__ import annotations

import socket
from collections.abc import Callable

BUFFER_BYTES, MIN_ROOM_BYTES = 512 * 1024, 64 * 1024
MAX_UNPARSED_BYTES = BUFFER_BYTES // 2

# buffer, start, end, time of reading (monotonic seconds) -> where the first incomplete message or frame begins
Receive = Callable[[bytearray, int, int, float], int]


class ReceiveBuffer:
    """Call ``fill`` for each read and ``parse`` when it is time to; ``receive`` gets the bytes in the same portions."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._start = self._end = 0
        self._reads: list[tuple[int, float]] = []  # where each read that is not parsed yet ends, and when it was

    @property
    def is_crowded(self) -> bool:
        """Whether so much waits that it should be parsed now."""
        return self._end - self._start > MAX_UNPARSED_BYTES

    @property
    def has_unparsed(self) -> bool:
        return bool(self._reads)

    def fill(self, connected: socket.socket, now: float) -> tuple[int, bool]:
        """Read once from a non-blocking socket: bytes read, 0 at its end, and whether there may be more.

        Raises OSError, among them BlockingIOError where nothing has come.
        """
        if BUFFER_BYTES - self._end < MIN_ROOM_BYTES:
            self.parse()
            self._make_room()
        room = BUFFER_BYTES - self._end
        size = connected.recv_into(self._view[self._end :])
        if size:
            self._end += size
            self._reads.append((self._end, now))
        return size, size == room

    def parse(self) -> None:
        """Hand on what was read, with the time of each read. Raises what ``receive`` does."""
        reads, self._reads = self._reads, []
        for end, at in reads:
            self._start = self._receive(self._buffer, self._start, end, at)
        if self._start == self._end:
            self._start = self._end = 0

    def parse_rest_again(self, now: float) -> None:
        """Show what is incomplete once more: it may be all that comes."""
        if self._start < self._end:
            self._start = self._receive(self._buffer, self._start, self._end, now)

    def _make_room(self) -> None:
        rest = self._end - self._start
        self._buffer[:rest] = self._buffer[self._start : self._end]
        self._start, self._end = 0, rest
