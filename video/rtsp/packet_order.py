"""RTP packets by sequence number and SSRC (RFC 3550, section 5.1): missing, repeated, or of another sender."""

from __future__ import annotations

IN_ORDER, RESYNC, STREAM_RETURNED, DROP = 0, -1, -2, -3
MAX_MISORDER = 100  # packets; the value of RFC 3550, appendix A.1
MIXED_SECONDS = 2.0  # an SSRC that returns within this time belongs to a second stream on the same connection


class PacketOrder:
    """Classifies packets that are not the next of the same sender.

    ``expected`` (sequence number, -1 before the first packet) and ``ssrc`` are public for the caller's own fast test.
    ``lost``, ``duplicates`` and ``resyncs`` count packets; ``foreign`` counts packets of other senders, of which the
    first since they appeared and the newest arrived at ``foreign_since`` and ``foreign_at`` (monotonic seconds).
    """

    def __init__(self, announced: int | None = None, foreign: frozenset[int] = frozenset()) -> None:
        self._announced, self._foreign = announced, set(foreign)
        self.ssrc: int | None = None
        self.expected = -1
        self.lost = self.duplicates = self.resyncs = self.foreign = 0
        self.foreign_since: float | None = None
        self.foreign_at = 0.0
        self._former: tuple[int, int] | None = None
        self._changed_at = 0.0

    def classify(self, sequence: int, ssrc: int, is_older: bool, now: float) -> int:
        """How many packets are missing before this one (IN_ORDER is 0), or one of three negative values.

        RESYNC: the numbering began anew. DROP: a duplicate, or of another sender. STREAM_RETURNED: the packets since
        the last change of SSRC were another sender's. ``is_older``: the time stamp is not newer than the last one.
        """
        outcome = IN_ORDER
        if ssrc != self.ssrc:
            outcome = self._check_ssrc(ssrc, now)
            if outcome == DROP:
                return DROP
        counted = self._count(sequence, is_older, outcome)
        if counted != DROP:
            self.expected = sequence + 1 & 0xFFFF
        return STREAM_RETURNED if outcome == STREAM_RETURNED else counted

    def _count(self, sequence: int, is_older: bool, outcome: int) -> int:
        if self.expected < 0:
            return IN_ORDER
        step = sequence - self.expected & 0xFFFF
        if step == 0:
            return IN_ORDER
        if outcome == RESYNC or step >= 0x8000:
            if outcome == IN_ORDER and step >= 0x10000 - MAX_MISORDER and (is_older or step == 0xFFFF):
                self.duplicates += 1
                return DROP
            self.resyncs += 1
            return RESYNC
        self.lost += step
        return step

    def _check_ssrc(self, ssrc: int, now: float) -> int:
        """Follow a changed SSRC: some cameras take a new one at every keyframe.

        Of two streams mixed on one connection the first one returns soon; the other one is then ignored.
        """
        if ssrc in self._foreign:
            self._count_foreign(now)
            return DROP
        if self.ssrc is None:
            self.ssrc = ssrc
            return IN_ORDER
        if self._former is None or ssrc != self._former[0] or now - self._changed_at > MIXED_SECONDS:
            self._former, self._changed_at = (self.ssrc, self.expected), now
            self.ssrc = ssrc
            return RESYNC
        self._count_foreign(now)
        if self.ssrc == self._announced:  # the sender that returned is the other stream
            self._foreign.add(ssrc)
            return DROP
        self._foreign.add(self.ssrc)
        self.ssrc, self.expected = self._former
        return STREAM_RETURNED

    def _count_foreign(self, now: float) -> None:
        self.foreign += 1
        self.foreign_since = now if self.foreign_since is None else self.foreign_since
        self.foreign_at = now
