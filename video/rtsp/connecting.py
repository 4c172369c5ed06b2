"""TCP connections to cameras."""

from __future__ import annotations

import asyncio
import socket

SOCKET_BUFFER_BYTES = 1024 * 1024  # asked of the system for unread bytes; it may grant less


async def connected_socket(host: str, port: int) -> socket.socket:
    """A non-blocking TCP socket to the first address of the host that answers. Raises OSError."""
    loop = asyncio.get_running_loop()
    failure: OSError = OSError("no address")
    for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connecting = socket.socket(family, kind, protocol)
        connecting.setblocking(False)
        connecting.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER_BYTES)
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
