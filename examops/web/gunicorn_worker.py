"""The threads of gunicorn for requests that have arrived: a request that is still being sent holds none of them.

gunicorn's own ``gthread`` worker gives a connection to a thread with its first byte, and the thread waits for the rest
without end: as many half-sent requests as there are threads stop the web. Here the worker's loop receives head and body
first (:mod:`examops.web.receiving`) and a thread gets the complete request. A proxy that does the same may stand in
front all the same; see docs/adr/0014-slow-clients.md.
"""

from __future__ import annotations

import os
import selectors
import socket
import struct
import time
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from examops.web.logged import loggable
from examops.web.receiving import IN_MEMORY, Incoming, Refused

READ_BYTES = 64 * 1024  # at once; then the next connection has its turn
STALLED_S = 20  # a client that takes nothing of an answer for so long is left
MAX_STORED = 512 * 1024 * 1024  # bytes of all unfinished requests; beyond them the largest is given up
YIELD_S = 0.0005  # for each connection that a worker has, so long the others have to take a new one first
STOPPING_S = 2.0  # what is still being sent when the worker stops gets so long


class ReceivedUnreader(SocketUnreader):  # gunicorn has no types
    """Gives gunicorn's parser what was received, from memory or disk, and then what else the socket holds."""

    received: Any = None

    def chunk(self, size_hint: int | None = None) -> bytes:
        if self.received is not None:
            if data := self.received.read(max(size_hint or 0, self.mxchunk)):
                return bytes(data)
            self.discard()
        return bytes(super().chunk(size_hint))

    def keep_ahead(self) -> None:
        """What was received behind the answered request is the beginning of the next one."""
        if self.received is not None:
            self.buf.seek(0, os.SEEK_END)
            self.buf.write(self.received.read())
            self.discard()

    def discard(self) -> None:
        if self.received is not None:
            self.received.close()
            self.received = None


class PatientWorker(ThreadWorker):  # gunicorn has no types
    """``--worker-class examops.web.gunicorn_worker.PatientWorker``; all settings are those of ``gthread``.

    Plain HTTP/1.1 only: TLS belongs to the proxy in front. Half of ``worker_connections`` may be unfinished requests;
    the oldest of them makes room for a new connection.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unfinished: dict[TConn, Incoming] = {}  # in the order of their beginning

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise RuntimeError("PatientWorker speaks plain HTTP: let a proxy in front end TLS.")

    def accept(self, listener: Any) -> None:
        """Called for a new connection, of which every worker is told at the same moment: the one with the fewest takes
        it. Whoever is quickest would often have six of eight, and a process works with one core at a time."""
        if 0 < self.nr_conns < self.cfg.threads:
            time.sleep(self.nr_conns * YIELD_S)
        super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        """Called for a new connection and for each further request on one that was kept."""
        if conn.parser is None:
            self._prepare(conn)
        incoming = self.unfinished[conn] = Incoming(time.monotonic())
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_readable, conn))
        if ahead := conn.parser.unreader.take_buffered():  # sent together with the request before
            self._receive(conn, incoming, ahead)
        while len(self.unfinished) > self.worker_connections // 2:
            self._give_up(next(iter(self.unfinished)))

    def _prepare(self, conn: TConn) -> None:
        conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
        conn.parser.unreader = ReceivedUnreader(conn.sock)
        conn.initialized = conn.data_ready = True
        limit = struct.pack("ll", STALLED_S, 0)
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, direction, limit)

    def _on_readable(self, conn: TConn, sock: socket.socket) -> None:
        incoming = self.unfinished.get(conn)
        if incoming is None:
            return  # given up in the same round of the loop, for one that came before it in the list of events
        try:
            data = sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._receive(conn, incoming, data)
        else:
            self._leave(conn)

    def _receive(self, conn: TConn, incoming: Incoming, data: bytes) -> None:
        try:
            is_complete = incoming.feed(data, time.monotonic())
        except Refused as refused:
            self._give_up(conn, refused.answer)
            return
        if incoming.takes_continue():
            _try_to_send(conn, b"HTTP/1.1 100 Continue\r\n\r\n")
        if is_complete:
            self._forget(conn)
            conn.parser.unreader.received = incoming.stored()
            super().enqueue_req(conn)
        elif incoming.size > IN_MEMORY and sum(other.size for other in self.unfinished.values()) > MAX_STORED:
            largest = max(self.unfinished, key=lambda other: self.unfinished[other].size)
            self._give_up(largest, "503 Service Unavailable")

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """Called in the loop when a thread has answered."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            conn.parser.unreader.keep_ahead()
        else:
            conn.parser.unreader.discard()
        super().finish_request(conn, fs)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        if getattr(req, "uri", None):
            req.uri = loggable(req.uri)
        super().handle_error(req, client, addr, exc)

    def murder_pending(self) -> None:
        """Called by gunicorn's loop at least once a second."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, incoming in self.unfinished.items() if incoming.is_overdue(now)]:
            self._give_up(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """Called by gunicorn's loop when the worker stops."""
        super()._cap_keepalive(deadline)
        for incoming in self.unfinished.values():
            incoming.end_by(time.monotonic() + STOPPING_S)

    def _give_up(self, conn: TConn, answer: str = "408 Request Timeout") -> None:
        if self.unfinished[conn].has_begun:
            _try_to_send(conn, f"HTTP/1.1 {answer}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
        self._leave(conn)

    def _leave(self, conn: TConn) -> None:
        self._forget(conn).discard()
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: TConn) -> Incoming:
        self.poller.unregister(conn.sock)
        return self.unfinished.pop(conn)


def _try_to_send(conn: TConn, data: bytes) -> None:
    with suppress(OSError):  # gone, or takes nothing: the next step of the loop sees it
        conn.sock.send(data)
