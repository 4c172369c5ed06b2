"""RTSP requests and answers as text, and the SDP of a camera."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from examops.demo.testcam.rtp import PAYLOAD_TYPE
from examops.demo.testcam.source import ParameterSets


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    headers: dict[str, str]  # names in lower case

    @property
    def camera(self) -> str:
        """First part of the path: `rtsp://host/electric-front/track1` asks for `electric-front`."""
        return urlsplit(self.url).path.strip("/").split("/")[0]


async def read_request(reader: asyncio.StreamReader) -> Request:
    """The next request; interleaved packets of the client (receiver reports) are skipped.

    Raises asyncio.IncompleteReadError when the client has gone, ValueError for what is no RTSP.
    """
    while True:
        first = await reader.readexactly(1)
        if first != b"$":
            break
        head = await reader.readexactly(3)
        await reader.readexactly(int.from_bytes(head[1:], "big"))
    lines = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin1").strip().split("\r\n")
    method, url, _ = lines[0].split(" ", 2)
    pairs = (line.split(":", 1) for line in lines[1:] if ":" in line)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, url, headers)


def answer(request: Request, status: str, headers: Sequence[tuple[str, str]] = (), body: str = "") -> bytes:
    """An answer; `status` is code and words, such as `200 OK`."""
    lines = [f"RTSP/1.0 {status}", f"CSeq: {request.headers.get('cseq', '0')}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("latin1")


def description(sets: ParameterSets) -> str:
    """The SDP of a camera with one H.264 track."""
    sps, pps = base64.b64encode(sets.sps).decode(), base64.b64encode(sets.pps).decode()
    profile = sets.sps[1:4].hex().upper()
    lines = [
        "v=0",
        "o=- 0 0 IN IP4 127.0.0.1",
        "s=testcam",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:*",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} H264/90000",
        f"a=fmtp:{PAYLOAD_TYPE} packetization-mode=1;profile-level-id={profile};sprop-parameter-sets={sps},{pps}",
        "a=control:track1",
    ]
    return "\r\n".join(lines) + "\r\n"
