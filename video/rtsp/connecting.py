"""TCP connections to cameras."""

from __future__ import annotations

import asyncio
import socket

ROOM_BYTES = 1024 * 1024  # of the system for unread bytes: a second of 8 Mbit/s
MUCH_BYTES = ROOM_BYTES // 2  # unread, to be woken for


async def connected_socket(host: str, port: int) -> socket.socket:
    """A non-blocking TCP socket to the first address of the host that answers. Raises OSError."""
    loop = asyncio.get_running_loop()
    failure: OSError = OSError("no address")
    for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connecting = socket.socket(family, kind, protocol)
        connecting.setblocking(False)
        try:
            await loop.sock_connect(connecting, address)
        except OSError as error:
            connecting.close()
            failure = error
        except BaseException:
            connecting.close()
            raise
        else:
            connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connecting
    raise failure


def make_room(connected: socket.socket) -> None:
    """Let the system keep ``ROOM_BYTES`` for us, and call the socket readable from ``MUCH_BYTES`` on, or at its end.

    Linux grows the buffer with this mark, beyond what a program may ask for (``rmem_max``); where a system does not,
    the mark is at a quarter of what it has.
    """
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, ROOM_BYTES)
    granted = connected.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, min(MUCH_BYTES, granted // 4))
