"""Session descriptions (SDP, RFC 8866): the one H.264 track with payload type, control URL and parameter sets.

Lines that cannot be read are skipped.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field

DYNAMIC_TYPES = (35, *range(96, 128))  # RFC 3551, section 6: dynamic; 35 is unassigned, but seen


@dataclass
class MediaDescription:
    """One ``m=`` section (RFC 8866, section 5.14).

    ``parameters`` holds the H.264 parameter sets of each payload type's ``fmtp``, without start codes; ``sets`` those
    to use for the chosen payload type. Both are often empty.
    """

    kind: str
    payload_types: list[int] = field(default_factory=list)
    encodings: dict[int, str] = field(default_factory=dict)
    control: str = ""
    parameters: dict[int, list[bytes]] = field(default_factory=dict)
    sets: list[bytes] = field(default_factory=list)

    @property
    def h264_type(self) -> int | None:
        """The payload type to expect: the first of the ``m=`` line whose ``rtpmap`` says H.264, else any; None without.

        Without a single ``rtpmap`` (RFC 8866, section 6.6) a dynamic payload type is taken for H.264.
        """
        named = [number for number, name in self.encodings.items() if name == "H264"]
        if not self.encodings:
            named = [number for number in self.payload_types if number in DYNAMIC_TYPES]
        return next((number for number in self.payload_types if number in named), named[0] if named else None)


def video_track(text: str) -> MediaDescription | None:
    """The first H.264 track; None where there is none. Some cameras put its parameter sets into other sections."""
    media: list[MediaDescription] = []
    for line in _lines(text):
        kind, _, value = line.partition("=")
        words = value.split()
        if kind == "m" and words:
            media.append(
                MediaDescription(
                    words[0].lower(), [int(word) for word in words[3:] if re.fullmatch("[0-9]{1,3}", word)]
                )
            )
        elif kind == "a" and media:
            _attribute(media[-1], value)
    found = next((track for track in media if track.kind == "video" and track.h264_type is not None), None)
    if found is not None and found.h264_type is not None:
        everywhere = [item for track in media for sets in track.parameters.values() for item in sets]
        found.sets = found.parameters.get(found.h264_type) or everywhere
    return found


def session_control(text: str) -> str:
    """The ``a=control`` of the whole session (RFC 2326, appendix C.1.1), or ""."""
    for line in _lines(text):
        if line.startswith("m="):
            break
        if line.startswith("a=control:"):
            return line.removeprefix("a=control:").strip()
    return ""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\r", "\n").split("\n")]


def _attribute(track: MediaDescription, value: str) -> None:
    name, _, rest = value.partition(":")
    number, _, parameters = rest.strip().partition(" ")
    if name == "control":
        track.control = rest.strip()
    elif not re.fullmatch("[0-9]{1,3}", number):
        return
    elif name == "rtpmap":
        track.encodings[int(number)] = parameters.strip().split("/")[0].strip().upper()
    elif name == "fmtp":
        found = re.search(r"sprop-parameter-sets\s*=\s*([^;\s]+)", parameters)
        texts = found.group(1).strip('"').split(",") if found else []
        track.parameters[int(number)] = [clean for item in texts if (clean := _parameter_set(item))]


def _parameter_set(text: str) -> bytes:
    """One of the ``sprop-parameter-sets`` (RFC 6184, section 8.1) without start codes and padding, or b""."""
    try:
        raw = b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (NotBase64, ValueError):
        return b""
    raw = re.sub(rb"^\x00+\x01", b"", raw)
    raw = re.sub(rb"\x00\x00+\x01\Z|\x00+\Z", b"", raw)
    return raw if len(raw) > 3 and raw[0] & 31 in (7, 8) and not raw[0] & 0x80 else b""
