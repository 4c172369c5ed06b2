"""Uploads the spool: announce, one conditional PUT, confirm, receipt. Whatever fails is tried again."""

from __future__ import annotations

import logging
import random
import threading
from collections import deque

from video.delays import Delays, fault_of
from video.protocol import SegmentResult
from video.recorder.atomic_files import write_json
from video.recorder.clocks import Clocks, format_time
from video.recorder.sidecar import UploadState
from video.recorder.spool import ClosedSegment, Spool
from video.server import Server, ServerUnavailable

log = logging.getLogger("video.uploader")
ANNOUNCE_BATCH, PARALLEL_UPLOADS = 20, 2
READ_AT_ONCE = 10 * ANNOUNCE_BATCH
MAX_SETBACKS = 4  # segments that fail one after the other: it is not they who are to blame
KEEP_SECONDS, MAX_FILL_PERCENT = 24 * 3600.0, 70.0


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
        self._delays, self._setbacks = Delays(), 0
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
            except Exception:  # a fault of ours must not end all uploading for good
                self._failures += 1
                log.exception("uploading failed; it begins again")
            if is_last:
                return
            self._wake.wait(self._wait_seconds())
            self._wake.clear()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _wait_seconds(self) -> float:
        """Seconds until the next round: idle, or back-off 1, 2, 4, 8, 15 s with jitter."""
        if not self._failures:
            return self.idle_seconds
        return min(15.0, 2.0 ** min(self._failures - 1, 4)) * (0.7 + 0.6 * self.rng.random())

    def round(self) -> int:
        """Send gaps, then every waiting segment once; returns how many were verified.

        What fails by itself is put off or set aside and the rest goes on. Raises :class:`ServerUnavailable`,
        :class:`PermissionError` or OSError where nothing can be sent; the rest waits for the next round.
        """
        self._setbacks = 0
        gaps_failed = self._send_gaps()
        verified, tried = 0, set[str]()
        while waiting := self._next_due(tried):
            for start in range(0, len(waiting), ANNOUNCE_BATCH):
                verified += self._announce_and_upload(waiting[start : start + ANNOUNCE_BATCH])
            self.spool.evict(self.clocks.wall(), KEEP_SECONDS, MAX_FILL_PERCENT)
        self.spool.evict(self.clocks.wall(), KEEP_SECONDS, MAX_FILL_PERCENT)
        if gaps_failed:
            raise gaps_failed
        return verified

    def _next_due(self, tried: set[str]) -> list[ClosedSegment]:
        """The oldest that this round has not tried yet, some at a time: a week of them would be a gigabyte."""
        now = self.clocks.monotonic()
        found = self.spool.pending_uploads(READ_AT_ONCE, lambda uid: uid not in tried and self._delays.is_due(uid, now))
        tried.update(item.path.stem for item in found)
        return found

    def _send_gaps(self) -> ServerUnavailable | None:
        """Returns why the server does not take a gap, so that segments need not wait for it."""
        try:
            while gaps := self.spool.pending_gaps()[:200]:
                self.server.call("POST", "/gaps", {"gaps": gaps})
                self.spool.mark_gaps_sent(len(gaps))
        except ServerUnavailable as error:
            if error.is_away:
                raise
            return error
        return None

    def _announce_and_upload(self, items: list[ClosedSegment]) -> int:
        try:
            response = self.server.call("POST", "/segments/announce", {"segments": [item.sidecar for item in items]})
            by_uid = {item.sidecar["segment_uid"]: item for item in items}
            results = [result for result in response["results"] if result["segment_uid"] in by_uid]
        except (ServerUnavailable, LookupError, TypeError) as error:
            return self._announce_halves(items, error)
        return self._upload_all(deque((by_uid[result["segment_uid"]], result) for result in results))

    def _announce_halves(self, items: list[ClosedSegment], error: Exception) -> int:
        """One of these sidecars is not to the server's liking: find it, so that the others need not wait for it."""
        if isinstance(error, ServerUnavailable) and error.is_away:
            raise error
        if len(items) == 1:
            self._put_off(items[0], error)
            return 0
        half = len(items) // 2
        return self._announce_and_upload(items[:half]) + self._announce_and_upload(items[half:])

    def _put_off(self, item: ClosedSegment, error: Exception) -> None:
        """Try this one later and less and less often. Raises ``error`` when one after the other fails."""
        self._delays.put_off(item.sidecar["segment_uid"], self.clocks.monotonic())
        log.error("segment %s has to wait: %s", item.sidecar["segment_uid"], error)
        self._setbacks += 1
        if self._setbacks >= MAX_SETBACKS:
            raise error

    def _upload_all(self, left: deque[tuple[ClosedSegment, SegmentResult]]) -> int:
        """Upload ``PARALLEL_UPLOADS`` at a time. Where nothing can be sent, nothing new is begun and that is raised."""
        verified: list[int] = []
        failures: list[Exception] = []

        def work() -> None:
            while not failures:
                try:
                    item, result = left.popleft()
                except IndexError:
                    return
                try:
                    verified.append(self._upload_or_put_off(item, result))
                except Exception as error:  # raised again below, in the thread that asked
                    log.debug("segment %s", item.sidecar["segment_uid"], exc_info=True)
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

    def _upload_or_put_off(self, item: ClosedSegment, result: SegmentResult) -> int:
        try:
            done = self._upload_segment(item, result)
        except PermissionError:
            raise  # the server refuses this box altogether
        except (ServerUnavailable, OSError, LookupError, TypeError) as error:
            if fault := fault_of(item):
                self.spool.give_up(item, fault, self.clocks.wall())
                return 0
            if isinstance(error, ServerUnavailable) and error.is_away:
                raise
            self._put_off(item, error)
            return 0
        self._setbacks = 0
        self._delays.forget(item.sidecar["segment_uid"])
        return done

    def _upload_segment(self, item: ClosedSegment, result: SegmentResult) -> int:
        """Do what the server answers for one segment, with at most two uploads. Returns 1 if it was verified."""
        for _ in range(2):
            if result["state"] in ("verified", "quarantined"):
                self._store_receipt(item, result)
                return int(result["state"] == "verified")
            upload = result.get("upload")
            if not upload:
                return 0
            if item.path.stat().st_size != item.sidecar["bytes"]:
                raise FileNotFoundError("the file is not as long as it was")
            status, version = self.server.put(upload, item)
            if status not in (200, 409, 412):
                raise ServerUnavailable(f"store: {status}", status)
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
