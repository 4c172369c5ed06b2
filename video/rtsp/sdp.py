"""The one video track of a description: payload type, control address, parameter sets. Broken lines are skipped."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field


@dataclass
class Track:
    """A video medium. ``sets`` are SPS and PPS found in the description, without start codes; often there are none."""

    payload_types: list[int] = field(default_factory=list)
    encodings: dict[int, str] = field(default_factory=dict)
    control: str = ""
    sets: list[bytes] = field(default_factory=list)

    @property
    def h264_type(self) -> int | None:
        named = [number for number, name in self.encodings.items() if name == "H264"]
        return named[0] if named else None


def video_track(text: str) -> Track | None:
    """The first H.264 track; None where there is none."""
    tracks: list[Track] = []
    current: Track | None = None
    for line in text.replace("\r", "\n").split("\n"):
        kind, _, value = line.strip().partition("=")
        if kind == "m":
            words = value.split()
            current = Track([int(word) for word in words[3:] if word.isdigit()]) if words[:1] == ["video"] else None
            tracks += [current] if current else []
        elif kind == "a" and current:
            _attribute(current, value)
    return next((track for track in tracks if track.h264_type is not None), None)


def session_control(text: str) -> str:
    """The ``a=control`` before the first medium, or ""."""
    head = re.split(r"(?m)^m=", text)[0]
    found = re.search(r"(?m)^a=control:(.*)$", head)
    return found.group(1).strip() if found else ""


def _attribute(track: Track, value: str) -> None:
    name, _, rest = value.partition(":")
    if name == "rtpmap":
        number, _, encoding = rest.strip().partition(" ")
        if number.isdigit():
            track.encodings[int(number)] = encoding.strip().split("/")[0].upper()
    elif name == "control":
        track.control = rest.strip()
    elif name == "fmtp":
        found = re.search(r"sprop-parameter-sets=([^;\s]+)", rest)
        track.sets += [clean for part in (found.group(1).split(",") if found else []) if (clean := _set(part))]


def _set(text: str) -> bytes:
    """One parameter set, cleaned of start codes and trailing zeros; b"" when it is none."""
    try:
        raw = b64decode(text + "=" * (-len(text) % 4))
    except (NotBase64, ValueError):
        return b""
    raw = re.sub(rb"^\x00*\x01", b"", raw) if raw.startswith(b"\0") else raw
    raw = raw.rstrip(b"\0")
    return raw if len(raw) > 3 and raw[0] & 31 in (7, 8) else b""


def join(base: str, control: str) -> str:
    """A control address under its base, by text: cameras break the rules that ``urljoin`` follows."""
    if control in ("", "*"):
        return base
    if re.match(r"rtsps?://", control, re.I):
        return control
    if control.startswith(("/", "?")):
        return base.rstrip("/") + control
    return base + control if base.endswith("/") else f"{base}/{control}"


def repaired(base: str, asked: str) -> str:
    """A Content-Base that can be used: without userinfo, with one scheme; else the address we asked."""
    base = re.sub(r"^(rtsps?://)+", lambda found: found.group(1), base.strip(), flags=re.I)
    base = re.sub(r"^(rtsps?://)[^/@]*@", r"\1", base, flags=re.I)
    return base if re.match(r"rtsps?://[^/]", base, re.I) else asked
