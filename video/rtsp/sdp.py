"""Session descriptions (SDP, RFC 8866): the one H.264 track with payload type, clock rate, control URL and sets.

Lines that cannot be read are skipped.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field

CLOCK_RATE = 90_000  # RFC 6184, section 8.2.1
DYNAMIC_TYPES = (35, *range(96, 128))  # RFC 3551, section 6: dynamic; 35 is unassigned, but seen


@dataclass
class MediaDescription:
    """One ``m=`` section (RFC 8866, section 5.14).

    ``payload_type`` is the one to expect, ``clock_rate`` its RTP clock. ``parameters`` holds the H.264 parameter sets
    of each payload type's ``fmtp``, without start codes; ``sets`` those to use for the chosen payload type. Both are
    often empty. ``taken`` are payload types that the description uses for something else.
    """

    kind: str
    payload_types: list[int] = field(default_factory=list)
    encodings: dict[int, str] = field(default_factory=dict)
    control: str = ""
    parameters: dict[int, list[bytes]] = field(default_factory=dict)
    sets: list[bytes] = field(default_factory=list)
    payload_type: int = -1
    rates: dict[int, int] = field(default_factory=dict)
    h265_sets: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)

    @property
    def clock_rate(self) -> int:
        return self.rates.get(self.payload_type) or CLOCK_RATE

    def sets_of(self, payload_type: int) -> list[bytes] | None:
        """Parameter sets of another payload type that the stream brings; None where that is something else."""
        if payload_type not in DYNAMIC_TYPES or payload_type in self.taken:
            return None
        return self.parameters.get(payload_type, [])

    @property
    def mislabelled_type(self) -> int | None:
        """A payload type called H.265 without H.265's own sets: cameras switched to H.264 go on calling it so."""
        names = {number for number, name in self.encodings.items() if name in ("H265", "HEVC")}
        return next((number for number in self.payload_types if number in names - self.h265_sets), None)

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
    """The first H.264 track; None where there is none. Some cameras put its parameter sets into other sections.

    Without one, a track that is called H.265 but does not look it: the stream will show.
    """
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
    tracks = [track for track in media if track.kind == "video"]
    offers = [(track, track.h264_type) for track in tracks] + [(track, track.mislabelled_type) for track in tracks]
    found, payload_type = next(((track, number) for track, number in offers if number is not None), (None, None))
    if found is None or payload_type is None:
        return None
    everywhere = [item for track in media for sets in track.parameters.values() for item in sets]
    found.payload_type = payload_type
    found.sets = found.parameters.get(payload_type) or everywhere
    named = {number: name for track in media for number, name in track.encodings.items()}
    found.taken = {number for number, name in named.items() if name != "H264"} - {payload_type}
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
        name, _, rate = parameters.strip().partition("/")
        track.encodings[int(number)] = name.strip().upper()
        if found := re.match(r"\s*([0-9]{4,6})", rate):
            track.rates[int(number)] = int(found.group(1))
    elif name == "fmtp":
        if re.search(r"sprop-[vs]ps\s*=", parameters):  # RFC 7798, section 7.1
            track.h265_sets.add(int(number))
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
    raw = (raw[:-1] if raw.endswith(b"\0\0\1") else raw).rstrip(b"\0")
    return raw if len(raw) > 3 and raw[0] & 31 in (7, 8) and not raw[0] & 0x80 else b""
