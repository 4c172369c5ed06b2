"""The order of packets: what is missing, what came twice, and whose packets they are."""

from __future__ import annotations

FOLLOWS, RESYNC, RETURNED, DROP = 0, -1, -2, -3
LATE = 100  # packets: as RFC 3550, appendix A.1
MIXED_SECONDS = 2.0


class Order:
    """Judges each packet that does not simply follow. ``following`` and ``sender`` are for the caller's quick test."""

    def __init__(self, announced: int | None = None, foreign: frozenset[int] = frozenset()) -> None:
        self._announced, self._foreign = announced, set(foreign)
        self.sender: int | None = None
        self.following = -1
        self.lost = self.duplicates = self.resyncs = self.foreign = 0
        self.foreign_since: float | None = None
        self.foreign_at = 0.0
        self._former: tuple[int, int] | None = None
        self._changed_at = 0.0

    def judge(self, sequence: int, sender: int, is_older: bool, now: float) -> int:
        """Packets missing before this one; or RESYNC (unknown), DROP, RETURNED (what came last was a stranger's).

        ``is_older`` says that its time stamp is not newer than the one before.
        """
        verdict = FOLLOWS
        if sender != self.sender:
            verdict = self._sender(sender, now)
            if verdict == DROP:
                return DROP
        counted = self._count(sequence, is_older, verdict)
        if counted != DROP:
            self.following = sequence + 1 & 0xFFFF
        return RETURNED if verdict == RETURNED else counted

    def _count(self, sequence: int, is_older: bool, verdict: int) -> int:
        if self.following < 0:
            return FOLLOWS
        step = sequence - self.following & 0xFFFF
        if step == 0:
            return FOLLOWS
        if verdict == RESYNC or step >= 0x8000:
            if verdict == FOLLOWS and step >= 0x10000 - LATE and (is_older or step == 0xFFFF):
                self.duplicates += 1
                return DROP
            self.resyncs += 1
            return RESYNC
        self.lost += step
        return step

    def _sender(self, sender: int, now: float) -> int:
        """Some cameras change their number at every keyframe; an old session that goes on is told by its return."""
        if sender in self._foreign:
            self._note_foreign(now)
            return DROP
        if self.sender is None:
            self.sender = sender
            return FOLLOWS
        if self._former is None or sender != self._former[0] or now - self._changed_at > MIXED_SECONDS:
            self._former, self._changed_at = (self.sender, self.following), now
            self.sender = sender
            return RESYNC
        self._note_foreign(now)
        if self.sender == self._announced:  # the one that returned is the stranger
            self._foreign.add(sender)
            return DROP
        self._foreign.add(self.sender)
        self.sender, self.following = self._former
        return RETURNED

    def _note_foreign(self, now: float) -> None:
        self.foreign += 1
        self.foreign_since = now if self.foreign_since is None else self.foreign_since
        self.foreign_at = now
