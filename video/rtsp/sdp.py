"""The one video track of a description: payload type, control address, parameter sets. Broken lines are skipped."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field

LIKELY = (35, *range(96, 128))  # payload types that can be H.264 where nothing says what they are


@dataclass
class Track:
    """A medium. ``parameters`` are the sets that each payload type's ``fmtp`` names, cleaned; often there are none."""

    kind: str
    payload_types: list[int] = field(default_factory=list)
    encodings: dict[int, str] = field(default_factory=dict)
    control: str = ""
    parameters: dict[int, list[bytes]] = field(default_factory=dict)
    sets: list[bytes] = field(default_factory=list)

    @property
    def h264_type(self) -> int | None:
        """The payload type to expect: the first of the ``m=`` line that is H.264, else any that is; None without."""
        named = [number for number, name in self.encodings.items() if name == "H264"]
        if not self.encodings:
            named = [number for number in self.payload_types if number in LIKELY]
        return next((number for number in self.payload_types if number in named), named[0] if named else None)


def video_track(text: str) -> Track | None:
    """The first H.264 track; None where there is none. Cameras put its sets into other tracks, too."""
    tracks: list[Track] = []
    for line in _lines(text):
        kind, _, value = line.partition("=")
        words = value.split()
        if kind == "m" and words:
            tracks.append(
                Track(words[0].lower(), [int(word) for word in words[3:] if re.fullmatch("[0-9]{1,3}", word)])
            )
        elif kind == "a" and tracks:
            _attribute(tracks[-1], value)
    found = next((track for track in tracks if track.kind == "video" and track.h264_type is not None), None)
    if found is not None and found.h264_type is not None:
        everywhere = [one for track in tracks for sets in track.parameters.values() for one in sets]
        found.sets = found.parameters.get(found.h264_type) or everywhere
    return found


def session_control(text: str) -> str:
    """The ``a=control`` before the first medium, or ""."""
    for line in _lines(text):
        if line.startswith("m="):
            break
        if line.startswith("a=control:"):
            return line.removeprefix("a=control:").strip()
    return ""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\r", "\n").split("\n")]


def _attribute(track: Track, value: str) -> None:
    name, _, rest = value.partition(":")
    number, _, told = rest.strip().partition(" ")
    if name == "control":
        track.control = rest.strip()
    elif not re.fullmatch("[0-9]{1,3}", number):
        return
    elif name == "rtpmap":
        track.encodings[int(number)] = told.strip().split("/")[0].strip().upper()
    elif name == "fmtp":
        found = re.search(r"sprop-parameter-sets\s*=\s*([^;\s]+)", told)
        texts = found.group(1).strip('"').split(",") if found else []
        track.parameters[int(number)] = [clean for one in texts if (clean := _set(one))]


def _set(text: str) -> bytes:
    """One parameter set, cleaned of start codes and trailing zeros; b"" when it is none."""
    try:
        raw = b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (NotBase64, ValueError):
        return b""
    raw = re.sub(rb"^\x00+\x01", b"", raw)
    raw = re.sub(rb"\x00\x00+\x01\Z|\x00+\Z", b"", raw)
    return raw if len(raw) > 3 and raw[0] & 31 in (7, 8) and not raw[0] & 0x80 else b""
