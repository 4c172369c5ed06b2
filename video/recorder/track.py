"""One camera during one arming: pictures to fragments, fragments to segments, interruptions to gaps with a reason."""

from __future__ import annotations

import logging

from video.fmp4 import Sample
from video.pictures import Params, Picture
from video.recorder.atomic_files import cause_of
from video.recorder.clocks import Clocks
from video.recorder.run import Limits, Run, Stall
from video.recorder.segment import OpenSegment, Origin
from video.recorder.signing import Signer
from video.recorder.spool import Spool

log = logging.getLogger("video.recorder")
TICKS = 90_000


class Track:
    """Call ``on_picture`` for each picture, ``end_run`` when a stream ends, ``end_arming`` when the armed time does.

    ``armed`` is start and end in seconds since 1970; ``told_at`` is since when this box was there and knew of it: time
    before that is not for this box to speak of. Until ``covered_until`` everything else is footage or gap.
    """

    def __init__(
        self,
        spool: Spool,
        signer: Signer,
        camera_uid: str,
        arming_uid: str,
        armed: tuple[float, float],
        clocks: Clocks,
        limits: Limits | None = None,
        told_at: float = 0.0,
    ) -> None:
        self.spool, self.signer, self.clocks = spool, signer, clocks
        self.camera_uid, self.arming_uid, self.armed = camera_uid, arming_uid, armed
        self.limits = limits or Limits()
        covered = spool.covered_until(camera_uid, arming_uid)
        self.covered_until = max(told_at if covered is None else covered, armed[0])
        self.reason, self.detail = ("restart" if covered is not None else "late_start"), ""
        self.run: Run | None = None
        self.segment: OpenSegment | None = None
        self.newest_key: Picture | None = None
        self.last_picture_mono: float | None = None
        self._pending: Picture | None = None
        self._gop_base = self._gop_ticks = self._gop_frames = 0  # of the fragment that is being written
        self._gop_arrived = 0.0
        self._duration = TICKS // 25  # of the picture before, in that fragment
        self._has_unclosed = False  # files that the disk refused to close wait for it to take them

    # Pictures

    def on_picture(self, picture: Picture) -> None:
        """Take one whole picture. Cheap: writing happens a few times per fragment.

        Raises OSError when the disk refuses; nothing may be fed then before :meth:`end_run` was called.
        """
        self.last_picture_mono = picture.arrived
        if picture.is_key:
            self.newest_key = picture
        if self.run is not None and self._ends_run(picture):
            return
        if self.run is None:
            if picture.is_key and picture.params:
                self._begin_run(picture, picture.params)
            return
        stall = self._stall_before(picture)
        before, self._pending = self._pending, picture
        self._append(before, picture.ticks, stall)
        if stall is not None:
            self._skip_stall(picture, stall)
        elif picture.is_key or self._is_fragment_long():
            self._end_fragment()
            self._rotate_if_full(picture)
        self._count_picture(picture)

    def _ends_run(self, picture: Picture) -> bool:
        """End the run where pictures before and after do not belong together; True when this one is to be dropped."""
        assert self.run
        if picture.is_key:
            if picture.params and picture.params != self.run.params:
                self.end_run("codec_change")
                return False
            if abs(self.run.step_of(self.clocks)) > self.limits.wall_step:
                self.end_run("clock_step")  # at a keyframe: the next run begins with it, and no picture is lost
                return False
        last = self._pending.ticks if self._pending else picture.ticks
        if not -TICKS <= picture.ticks - last <= self.limits.max_picture_gap * TICKS:
            self.end_run("timestamp_break")
            return not picture.is_key
        return False

    def _begin_run(self, picture: Picture, params: Params) -> None:
        now = self.clocks.wall() - (self.clocks.monotonic() - picture.arrived)
        if self.covered_until - now > self.limits.wall_step:
            self.covered_until = now  # the clock was set back: what it says now is the time from here on
        self._record_gap(now)
        start = max(now, self.covered_until)
        offset = self.clocks.wall() - self.clocks.monotonic()
        self.run = Run(params, start, picture.arrived, picture.ticks, offset)
        self._pending, self._gop_base = picture, 0
        self._begin_fragment()
        self._open_segment(start, picture)
        self._count_picture(picture)

    def _open_segment(self, start: float, picture: Picture) -> None:
        run = self.run
        assert run
        origin = Origin(
            camera_uid=self.camera_uid,
            arming_uid=self.arming_uid,
            run_uid=run.uid,
            sequence=run.sequence,
            previous_digest=run.digest,
            start=start,
            media_start_ticks=self._gop_base,
            codec=run.params.codec,
            width=run.params.width,
            height=run.params.height,
            leans_on_previous=not picture.is_key,
        )
        try:
            self.segment = OpenSegment(self.spool.folder(self.camera_uid), origin, run.params)
        except OSError:
            self._has_unclosed = True
            raise

    def _count_picture(self, picture: Picture) -> None:
        assert self.segment
        counters = self.segment.counters
        counters.lost_packets += picture.lost_packets
        counters.damaged_frames += picture.is_damaged
        if picture.clock_offset_ms is not None:
            counters.clock_offset_ms = picture.clock_offset_ms

    def _stall_before(self, picture: Picture) -> Stall | None:
        """The pause before this picture, if it is longer than the last one may stand for."""
        before, run = self._pending, self.run
        if before is None or run is None:
            return None
        stands = min(3 * run.interval / TICKS, self.limits.max_stand)
        paused, step = picture.arrived - before.arrived, picture.ticks - before.ticks
        if paused <= stands:
            run.interval = step if step < TICKS else TICKS
            return None
        # A camera whose stamps go on may have been held up on the way: up to the longest stand that is no pause.
        allowed = stands if step / TICKS > stands else self.limits.max_stand
        return Stall(before.arrived, stands) if paused > allowed + self.limits.seam else None

    def _skip_stall(self, picture: Picture, stall: Stall) -> None:
        """The time after a picture has stood long enough is a gap; the run goes on behind it. Raises OSError."""
        run = self.run
        assert run
        self._end_fragment()
        self._close_segment(stall.after + stall.stands, None)
        self.reason, self.detail = "timeout", f"stalled: no picture for {picture.arrived - stall.after:.1f} s"
        self._record_gap(run.wall_of(picture.arrived))
        self._open_segment(max(run.wall_of(picture.arrived), self.covered_until), picture)

    def _append(self, picture: Picture | None, next_ticks: int, stall: Stall | None = None) -> None:
        """Give the open segment a picture whose successor is known. Raises OSError when the disk refuses."""
        if picture is None or self.segment is None:
            return
        duration = max(next_ticks - picture.ticks, 1)
        if stall is not None:
            duration = min(duration, round(stall.stands * TICKS))
        if not self._gop_frames:
            self._gop_arrived = picture.arrived
        self._gop_frames, self._gop_ticks, self._duration = self._gop_frames + 1, self._gop_ticks + duration, duration
        self.segment.add(Sample(picture.nals, duration, picture.is_key))

    def _is_fragment_long(self) -> bool:
        is_full = self.segment is not None and self.segment.is_fragment_full
        return is_full or self._gop_ticks >= self.limits.fragment * TICKS

    def _begin_fragment(self) -> None:
        self._gop_frames, self._gop_ticks, self._duration = 0, 0, TICKS // 25

    def _end_fragment(self) -> None:
        if not self._gop_frames or not self.segment or not self.run:
            return
        self.segment.end_fragment(self.run.fragments + 1, self._gop_base)
        self.run.fragments += 1
        self._gop_base += self._gop_ticks
        self._begin_fragment()

    def _rotate_if_full(self, picture: Picture) -> None:
        """Begin the next segment when this one is full, by media time or by our clock: camera clocks may be far off."""
        assert self.segment
        assert self.run
        length = max(self.segment.ticks / TICKS, self.run.wall_of(picture.arrived) - self.segment.origin.start)
        is_full = length >= self.limits.segment or self.segment.size >= self.limits.bytes
        if (is_full and picture.is_key) or length >= self.limits.forced:
            end = self._close_segment(picture.arrived, None)
            self._open_segment(end, picture)

    # Ends

    def _close_segment(self, mono: float, end_reason: str | None) -> float:
        """Close the open segment at this moment; returns its end on the wall clock. Raises OSError."""
        run, segment = self.run, self.segment
        assert run
        assert segment
        self.segment = None
        end = max(run.wall_of(mono), segment.origin.start + 0.001)
        try:
            if not segment.ticks:
                segment.discard()
                return segment.origin.start
            run.digest = segment.close(self.signer, end, end_reason)
        except OSError:
            self._has_unclosed = True
            raise
        run.sequence += 1
        self.covered_until = end
        self.spool.cover(self.camera_uid, self.arming_uid, end)
        return end

    def end_run(self, reason: str, detail: str = "") -> None:
        """Nothing more comes of this run. What is buffered is written; the time from here on is a gap.

        Never raises OSError: what the disk refuses now is tried again before the next run begins.
        """
        self.reason, self.detail = reason, detail
        if self.run is None:
            return
        try:
            self._finish_run(reason)
        except OSError as error:
            log.error("camera %s: the run could not be closed: %s", self.camera_uid, error)
            if reason != "disk_full":
                self.reason, self.detail = "disk_full", cause_of(error)
        self.run, self.segment, self._pending = None, None, None
        self._begin_fragment()

    def _finish_run(self, reason: str) -> None:
        typical, pending = self._duration, self._pending
        last = pending.arrived if pending else self.last_picture_mono or 0.0
        end, self._pending = last + typical / TICKS, None
        try:
            self._append(pending, pending.ticks + typical if pending else 0)
            self._end_fragment()
        except OSError as error:
            end = self._gop_arrived  # where the first picture that is not on disk would begin
            log.error("camera %s: %d pictures could not be written: %s", self.camera_uid, self._gop_frames, error)
        if self.segment:
            self._close_segment(end, reason)

    def _record_gap(self, until: float) -> None:
        """Write down the time without footage up to ``until``. Raises OSError; it may be called again then."""
        self._salvage_unclosed()
        until = min(until, self.armed[1])
        if until - self.covered_until > self.limits.seam:
            self.spool.append_gap(self.camera_uid, self.arming_uid, self.covered_until, until, self.reason, self.detail)
            self.covered_until = until
            self.spool.cover(self.camera_uid, self.arming_uid, until)

    def _salvage_unclosed(self) -> None:
        """A gap begins where footage ends, so files that could not be closed come first."""
        if not self._has_unclosed:
            return
        self.spool.salvage(self.signer, self.camera_uid, "disk_full")
        self._has_unclosed = False
        covered = self.spool.covered_until(self.camera_uid, self.arming_uid)
        self.covered_until = max(self.covered_until, covered or 0.0)

    def record_long_gap(self) -> None:
        """While nothing comes, write the gap down a minute at a time: nobody waits for its end to hear of it.

        Raises OSError when the disk refuses; call it again later.
        """
        if self.run is None and self.clocks.wall() - self.covered_until >= self.limits.long_gap:
            self._record_gap(self.clocks.wall())

    def end_arming(self, reason: str = "session_end") -> None:
        """The armed time is over, or recording stops: close everything, and account for the rest.

        Raises OSError when the disk refuses; it may be called again then.
        """
        if self.run is not None:
            self.end_run(reason)
        self._record_gap(min(self.clocks.wall(), self.armed[1]))
