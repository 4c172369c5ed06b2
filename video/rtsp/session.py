"""What SETUP and PLAY agree on: the session and its timeout, the channels, the sender."""

from __future__ import annotations

import re
from dataclasses import dataclass

from video.rtsp.messages import Message

DEFAULT_TIMEOUT = 60.0


@dataclass
class Agreed:
    """The first session id counts; a shorter timeout that comes later counts too. Channels as we asked, until told."""

    session: str = ""
    timeout: float = DEFAULT_TIMEOUT
    media: int = 0
    reports: int = 1
    sender: int | None = None

    def note_session(self, reply: Message) -> None:
        value = reply.first("session")
        self.session = self.session or value.split(";")[0].strip()
        found = re.search(r"timeout\s*=\s*(\d{1,6})", value, re.I)
        if found and int(found.group(1)):
            self.timeout = min(self.timeout, float(found.group(1)))

    def note_transport(self, reply: Message) -> None:
        """Channels and sender of a Transport header, whatever stands around them; the sender is a hint."""
        value = reply.first("transport")
        found = re.search(r"interleaved\s*=\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?", value, re.I)
        if found and int(found.group(1)) < 256:
            self.media = int(found.group(1))
            self.reports = int(found.group(2) or self.media + 1)
        sender = re.search(r"ssrc\s*=\s*\"?([0-9a-f]{1,8})\s*(?:\"|;|,|$)", value, re.I)
        self.sender = int(sender.group(1), 16) if sender else None

    @property
    def beat_seconds(self) -> float:
        """How often to say that we are still there."""
        return self.timeout / 2
