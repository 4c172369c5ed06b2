"""Spool and forward: announce, one conditional PUT, confirm, receipt; whatever fails is tried again."""

from __future__ import annotations

import logging
import random
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import urllib3

from video.recorder.atomic_files import write_json
from video.recorder.clocks import Clocks, stamp
from video.recorder.spool import Closed, Spool

log = logging.getLogger("video.uploader")
BATCH, AT_ONCE = 20, 2
KEEP_SECONDS, FILL_LIMIT = 24 * 3600.0, 70.0


class ServerAway(Exception):
    """The server did not answer, or not with what was asked for. The text holds no token."""


@dataclass
class Server:
    """The recorder protocol v1 as calls. ``token`` is empty before pairing."""

    url: str
    token: str = field(default="", repr=False)
    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=5, read=30), retries=False, maxsize=4
        )
    )

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The answer as JSON (None for 204). Raises :class:`ServerAway`, or :class:`PermissionError` on 401 and 403."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        content: dict[str, Any] = {"body": raw} if raw is not None else {"json": body} if body is not None else {}
        try:
            answer = self.pool.request(method, f"{self.url}/api/v1/recorder{path}", headers=sent, **content)
        except urllib3.exceptions.HTTPError as error:
            raise ServerAway(f"{method} {path}: {type(error).__name__}") from None
        if answer.status in (401, 403):
            raise PermissionError(f"{method} {path}: {answer.status}")
        if answer.status >= 400:
            raise ServerAway(f"{method} {path}: {answer.status} {answer.data[:200].decode(errors='replace')}")
        if answer.status == 204:
            return None
        try:
            return answer.json()
        except ValueError:  # a proxy's page, say: the uploader must live to try again
            raise ServerAway(f"{method} {path}: {answer.status} is no JSON") from None

    def put(self, upload: dict[str, Any], item: Closed) -> tuple[int, str]:
        """Status and version id of the upload. 0 when the store did not answer."""
        size = item.path.stat().st_size
        headers = {**upload["headers"], "Content-Length": str(size)}
        try:
            with item.path.open("rb") as file:
                answer = self.pool.request(
                    "PUT", upload["url"], body=file, headers=headers, timeout=urllib3.Timeout(connect=5, read=120)
                )
        except urllib3.exceptions.HTTPError:
            return 0, ""
        return answer.status, answer.headers.get("x-amz-version-id", "")


class Uploader:
    """Drains the spool. One thread; ``stop`` lets it finish what it holds."""

    def __init__(
        self, spool: Spool, server: Server, clocks: Clocks, *, idle_seconds: float = 2.0,
        rng: random.Random | None = None, on_health: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self.spool, self.server, self.clocks = spool, server, clocks
        self.idle_seconds, self.rng, self._on_health = idle_seconds, rng or random.Random(), on_health
        self._wake, self._stopping, self._failures = threading.Event(), False, 0
        self._thread = threading.Thread(target=self._run, name="uploader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float) -> None:
        """One last round, as far as ``patience`` seconds allow."""
        self._stopping = True
        self._wake.set()
        self._thread.join(patience)

    def wake(self) -> None:
        self._wake.set()

    def _run(self) -> None:
        while True:
            is_last = self._stopping
            try:
                self.round()
                self._failures = 0
            except (ServerAway, PermissionError, OSError) as error:
                self._failures += 1
                log.warning("forwarding: %s", error)
            if is_last:
                return
            self._wake.wait(self._pause())
            self._wake.clear()

    def _pause(self) -> float:
        """Idle, or back off 1, 2, 4, 8 … 15 s with jitter."""
        if not self._failures:
            return self.idle_seconds
        return min(15.0, 2.0 ** min(self._failures - 1, 4)) * (0.7 + 0.6 * self.rng.random())

    def round(self) -> int:
        """Send gaps, then every waiting segment once; returns how many were verified."""
        self._send_gaps()
        waiting, verified = self.spool.waiting(), 0
        for start in range(0, len(waiting), BATCH):
            verified += self._forward(waiting[start : start + BATCH])
        if self._on_health:
            self._on_health()
        self.spool.evict(self.clocks.wall(), KEEP_SECONDS, FILL_LIMIT)
        return verified

    def _send_gaps(self) -> None:
        while gaps := self.spool.unsent_gaps()[:200]:
            self.server.call("POST", "/gaps", {"gaps": gaps})
            self.spool.gaps_sent(len(gaps))

    def _forward(self, items: list[Closed]) -> int:
        answer = self.server.call("POST", "/segments/announce", {"segments": [item.sidecar for item in items]})
        by_uid = {item.sidecar["segment_uid"]: item for item in items}
        results = [result for result in answer["results"] if result["segment_uid"] in by_uid]
        return self._settle_all(deque((by_uid[result["segment_uid"]], result) for result in results))

    def _settle_all(self, left: deque[tuple[Closed, dict[str, Any]]]) -> int:
        """While one is confirmed the next is on its way. After a failure nothing new is begun, and it is raised."""
        verified: list[int] = []
        failures: list[Exception] = []

        def work() -> None:
            while not failures:
                try:
                    item, result = left.popleft()
                except IndexError:
                    return
                try:
                    verified.append(self._settle(item, result))
                except (ServerAway, PermissionError, OSError) as error:
                    failures.append(error)

        helpers = [threading.Thread(target=work, name="uploader", daemon=True) for _ in range(AT_ONCE - 1)]
        for helper in helpers:
            helper.start()
        work()
        for helper in helpers:
            helper.join()
        if failures:
            raise failures[0]
        return sum(verified)

    def _settle(self, item: Closed, result: dict[str, Any]) -> int:
        """Follow one answer to its end: at most one upload, one confirmation and one upload anew."""
        for _ in range(2):
            if result["state"] in ("verified", "quarantined"):
                self._receipt(item, result)
                return int(result["state"] == "verified")
            if not result.get("upload"):
                return 0
            status, version = self.server.put(result["upload"], item)
            if status not in (200, 409, 412):
                raise ServerAway(f"store: {status}")
            asked = {"segment_uid": item.sidecar["segment_uid"], "version_id": version}
            result = self.server.call("POST", "/segments/confirm", {"segments": [asked]})["results"][0]
        if result["state"] in ("verified", "quarantined"):
            self._receipt(item, result)
        return int(result["state"] == "verified")

    def _receipt(self, item: Closed, result: dict[str, Any]) -> None:
        if result["state"] == "quarantined":
            log.error("segment %s is quarantined: %s", item.sidecar["segment_uid"], result.get("error"))
        content = {"state": result["state"], "at": stamp(self.clocks.wall()), "error": result.get("error")}
        write_json(item.state_file, content)
