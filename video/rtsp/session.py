"""What the responses to SETUP and PLAY agree on: session id and timeout, interleaved channels, SSRC."""

from __future__ import annotations

import re
from dataclasses import dataclass

from video.rtsp.errors import Refused
from video.rtsp.messages import Message

DEFAULT_TIMEOUT = 60.0


@dataclass
class SessionParameters:
    """``timeout`` is in seconds. Channels are those we asked for until the camera names others.

    The first session id counts; a shorter timeout in a later response counts, too.
    """

    session_id: str = ""
    timeout: float = DEFAULT_TIMEOUT
    rtp_channel: int = 0
    rtcp_channel: int = 1
    ssrc: int | None = None

    def update_session(self, reply: Message) -> None:
        """Read the Session header (RFC 2326, section 12.37); its default timeout is 60 s."""
        value = reply.first("session")
        self.session_id = self.session_id or value.split(";")[0].strip()
        found = re.search(r"timeout\s*=\s*(\d{1,6})", value, re.I)
        if found and int(found.group(1)):
            self.timeout = min(self.timeout, float(found.group(1)))

    def update_transport(self, reply: Message) -> None:
        """Read ``interleaved`` and ``ssrc`` of the Transport header (RFC 2326, section 12.39). The SSRC is a hint.

        Raises :class:`Refused` where the camera chose UDP, which it was not offered: no picture would come.
        """
        value = reply.first("transport")
        if re.search(r"(client|server)_port|multicast", value, re.I) and not re.search(
            r"/TCP|interleaved", value, re.I
        ):
            raise Refused("the camera chose UDP", "udp_only")
        found = re.search(r"interleaved\s*=\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?", value, re.I)
        if found and int(found.group(1)) < 256:
            self.rtp_channel = int(found.group(1))
            self.rtcp_channel = int(found.group(2) or self.rtp_channel + 1)
        ssrc = re.search(r"ssrc\s*=\s*\"?([0-9a-f]{1,8})\s*(?:\"|;|,|$)", value, re.I)
        self.ssrc = int(ssrc.group(1), 16) if ssrc else None

    @property
    def keepalive_seconds(self) -> float:
        """Interval between keepalives, in seconds: half the timeout, so that one may be lost."""
        return self.timeout / 2
