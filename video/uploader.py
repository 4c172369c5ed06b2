"""Uploads the spool: announce, one conditional PUT, confirm, receipt. Whatever fails is tried again."""

from __future__ import annotations

import logging
import random
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import urllib3

from video.protocol import SegmentResult, Upload
from video.recorder.atomic_files import write_json
from video.recorder.clocks import Clocks, format_time
from video.recorder.sidecar import UploadState
from video.recorder.spool import ClosedSegment, Spool

log = logging.getLogger("video.uploader")
ANNOUNCE_BATCH, PARALLEL_UPLOADS = 20, 2
KEEP_SECONDS, MAX_FILL_PERCENT = 24 * 3600.0, 70.0


class ServerUnavailable(Exception):
    """The server did not answer, or not as the protocol says. The text holds no token."""


@dataclass
class Server:
    """Client of the recorder protocol v1. ``url`` has no path; ``token`` is empty before pairing."""

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
        """The response as JSON, None for status 204. ``raw`` replaces the JSON ``body``.

        Raises :class:`ServerUnavailable`, or :class:`PermissionError` on 401 and 403.
        """
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        content: dict[str, Any] = {"body": raw} if raw is not None else {"json": body} if body is not None else {}
        try:
            response = self.pool.request(method, f"{self.url}/api/v1/recorder{path}", headers=sent, **content)
        except urllib3.exceptions.HTTPError as error:
            raise ServerUnavailable(f"{method} {path}: {type(error).__name__}") from None
        if response.status in (401, 403):
            raise PermissionError(f"{method} {path}: {response.status}")
        if response.status >= 400:
            raise ServerUnavailable(
                f"{method} {path}: {response.status} {response.data[:200].decode(errors='replace')}"
            )
        if response.status == 204:
            return None
        try:
            return response.json()
        except ValueError:  # a proxy's page, say: the uploader must live to try again
            raise ServerUnavailable(f"{method} {path}: {response.status} is no JSON") from None

    def put(self, upload: Upload, item: ClosedSegment) -> tuple[int, str]:
        """Upload a segment to the store; returns status (0 without an answer) and version id. Raises OSError."""
        size = item.path.stat().st_size
        headers = {**upload["headers"], "Content-Length": str(size)}
        try:
            with item.path.open("rb") as file:
                response = self.pool.request(
                    "PUT", upload["url"], body=file, headers=headers, timeout=urllib3.Timeout(connect=5, read=120)
                )
        except urllib3.exceptions.HTTPError:
            return 0, ""
        return response.status, response.headers.get("x-amz-version-id", "")


class Uploader:
    """Uploads closed segments and gaps in a thread of its own. ``stop`` lets it finish what it is sending."""

    def __init__(
        self,
        spool: Spool,
        server: Server,
        clocks: Clocks,
        *,
        idle_seconds: float = 2.0,
        rng: random.Random | None = None,
    ) -> None:
        self.spool, self.server, self.clocks = spool, server, clocks
        self.idle_seconds, self.rng = idle_seconds, rng or random.Random()
        self._wake, self._stopping, self._failures = threading.Event(), False, 0
        self._thread = threading.Thread(target=self._run, name="uploader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float) -> None:
        """Upload once more, for ``patience`` seconds at most."""
        self._stopping = True
        self._wake.set()
        self._thread.join(patience)

    def wake(self) -> None:
        """Upload now: something was closed."""
        self._wake.set()

    def _run(self) -> None:
        while True:
            is_last = self._stopping
            try:
                self.round()
                self._failures = 0
            except (ServerUnavailable, PermissionError, OSError) as error:
                self._failures += 1
                log.warning("uploading: %s", error)
            if is_last:
                return
            self._wake.wait(self._wait_seconds())
            self._wake.clear()

    def _wait_seconds(self) -> float:
        """Seconds until the next round: idle, or back-off 1, 2, 4, 8, 15 s with jitter."""
        if not self._failures:
            return self.idle_seconds
        return min(15.0, 2.0 ** min(self._failures - 1, 4)) * (0.7 + 0.6 * self.rng.random())

    def round(self) -> int:
        """Send gaps, then every waiting segment once; returns how many were verified.

        Raises :class:`ServerUnavailable`, :class:`PermissionError` or OSError; the rest waits for the next round.
        """
        self._send_gaps()
        waiting, verified = self.spool.pending_uploads(), 0
        for start in range(0, len(waiting), ANNOUNCE_BATCH):
            verified += self._announce_and_upload(waiting[start : start + ANNOUNCE_BATCH])
        self.spool.evict(self.clocks.wall(), KEEP_SECONDS, MAX_FILL_PERCENT)
        return verified

    def _send_gaps(self) -> None:
        while gaps := self.spool.pending_gaps()[:200]:
            self.server.call("POST", "/gaps", {"gaps": gaps})
            self.spool.mark_gaps_sent(len(gaps))

    def _announce_and_upload(self, items: list[ClosedSegment]) -> int:
        response = self.server.call("POST", "/segments/announce", {"segments": [item.sidecar for item in items]})
        by_uid = {item.sidecar["segment_uid"]: item for item in items}
        results = [result for result in response["results"] if result["segment_uid"] in by_uid]
        return self._upload_all(deque((by_uid[result["segment_uid"]], result) for result in results))

    def _upload_all(self, left: deque[tuple[ClosedSegment, SegmentResult]]) -> int:
        """Upload ``PARALLEL_UPLOADS`` at a time. After a failure nothing new is begun, and the failure is raised."""
        verified: list[int] = []
        failures: list[Exception] = []

        def work() -> None:
            while not failures:
                try:
                    item, result = left.popleft()
                except IndexError:
                    return
                try:
                    verified.append(self._upload_segment(item, result))
                except (ServerUnavailable, PermissionError, OSError) as error:
                    failures.append(error)

        helpers = [threading.Thread(target=work, name="uploader", daemon=True) for _ in range(PARALLEL_UPLOADS - 1)]
        for helper in helpers:
            helper.start()
        work()
        for helper in helpers:
            helper.join()
        if failures:
            raise failures[0]
        return sum(verified)

    def _upload_segment(self, item: ClosedSegment, result: SegmentResult) -> int:
        """Do what the server answers for one segment, with at most two uploads. Returns 1 if it was verified."""
        for _ in range(2):
            if result["state"] in ("verified", "quarantined"):
                self._store_receipt(item, result)
                return int(result["state"] == "verified")
            upload = result.get("upload")
            if not upload:
                return 0
            status, version = self.server.put(upload, item)
            if status not in (200, 409, 412):
                raise ServerUnavailable(f"store: {status}")
            confirmed = {"segment_uid": item.sidecar["segment_uid"], "version_id": version}
            result = self.server.call("POST", "/segments/confirm", {"segments": [confirmed]})["results"][0]
        if result["state"] in ("verified", "quarantined"):
            self._store_receipt(item, result)
        return int(result["state"] == "verified")

    def _store_receipt(self, item: ClosedSegment, result: SegmentResult) -> None:
        if result["state"] == "quarantined":
            log.error("segment %s is quarantined: %s", item.sidecar["segment_uid"], result.get("error"))
        content: UploadState = {
            "state": result["state"],
            "at": format_time(self.clocks.wall()),
            "error": result.get("error"),
        }
        write_json(item.state_file, content)
