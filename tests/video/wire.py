"""What a camera puts on the wire, byte by byte: units, RTP packets, interleaved frames, replies."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from video.pictures import Picture
from video.rtsp.auth import Credentials
from video.rtsp.conversation import Conversation
from video.rtsp.depacketiser import Depacketiser
from video.rtsp.dialogue import CameraQuirks

SPS = bytes.fromhex("6742c00bda05067e7840000003004000000503c50aa8")
PPS = bytes.fromhex("68ce0fc8")
SEI = bytes.fromhex("0605ffff80")
TYPE, SENDER, STEP = 96, 0x1234, 3600


def key(size: int = 40, first: bool = True) -> bytes:
    """A slice of a keyframe; ``first`` is the one with the first macroblock."""
    return bytes((0x65, 0x88 if first else 0x42)) + b"\xa5" * size


def delta(size: int = 20, first: bool = True) -> bytes:
    return bytes((0x41, 0x9A if first else 0x46)) + b"\x5a" * size


def fragments(nal: bytes, count: int) -> list[bytes]:
    """FU-A payloads of one unit."""
    body = nal[1:]
    cut = -(-len(body) // count)
    pieces = [body[at : at + cut] for at in range(0, len(body), cut)]
    last = len(pieces) - 1
    flags = [(n == 0) << 7 | (n == last) << 6 | nal[0] & 31 for n in range(len(pieces))]
    return [bytes((nal[0] & 0xE0 | 28, flag)) + piece for flag, piece in zip(flags, pieces, strict=True)]


def stap(*nals: bytes, tail: bytes = b"") -> bytes:
    return b"\x78" + b"".join(struct.pack(">H", len(nal)) + nal for nal in nals) + tail


@dataclass
class Sender:
    """Numbers packets as a camera does."""

    sequence: int = 100
    ssrc: int = SENDER
    type: int = TYPE

    def packet(self, payload: bytes, stamp: int, marker: bool = False, head: int = 0x80, extra: bytes = b"") -> bytes:
        """One RTP packet; ``extra`` lies between header and payload."""
        kind = self.type | (0x80 if marker else 0)
        header = struct.pack(">BBHII", head, kind, self.sequence & 0xFFFF, stamp & 0xFFFFFFFF, self.ssrc)
        self.sequence = (self.sequence + 1) & 0xFFFF
        return header + extra + payload

    def picture(self, stamp: int, *payloads: bytes) -> list[bytes]:
        """Packets of one picture, the marker on the last."""
        last = len(payloads) - 1
        return [self.packet(payload, stamp, n == last) for n, payload in enumerate(payloads)]

    def group(self, stamp: int, count: int = 3) -> list[bytes]:
        """A keyframe with its sets, then deltas: one packet each."""
        packets = self.picture(stamp, SPS, PPS, key())
        for number in range(1, count):
            packets += self.picture(stamp + number * STEP, delta())
        return packets


def without(packets: list[bytes], *numbers: int) -> list[bytes]:
    return [packet for number, packet in enumerate(packets) if number not in numbers]


def three_groups(camera: Sender | None = None) -> list[bytes]:
    """Nine pictures in three groups; keyframes at packets 0-2, 5-7, 10-12."""
    camera = camera or Sender()
    return [packet for start in (0, 3, 6) for packet in camera.group(start * STEP)]


@dataclass
class Taken:
    """A depacketiser and what came out of it."""

    machine: Depacketiser
    pictures: list[Picture] = field(default_factory=list)

    @property
    def kinds(self) -> list[tuple[bool, bool]]:
        """(keyframe, damaged) of each picture."""
        return [(picture.is_key, picture.is_damaged) for picture in self.pictures]

    @property
    def stamps(self) -> list[int]:
        """Ticks in steps of a picture, from the first one."""
        return [(picture.ticks - self.pictures[0].ticks) // STEP for picture in self.pictures]


def depacketised(
    packets: Iterable[bytes],
    arrive: Callable[[int], float] | None = None,
    sets: Iterable[bytes] = (),
    flush: bool = True,
    **options: object,
) -> Taken:
    """``arrive`` gives seconds for the number of a packet; without it packets arrive when their stamps say."""
    pictures: list[Picture] = []
    packets = list(packets)
    machine = Depacketiser(TYPE, list(sets), pictures.append, **options)  # type: ignore[arg-type]
    for number, packet in enumerate(packets):
        stamps = [int.from_bytes(one[4:8], "big") if len(one) >= 8 else 0 for one in (packet, packets[0])]
        on_time = ((stamps[0] - stamps[1] + (1 << 31)) % (1 << 32) - (1 << 31)) / 90_000
        machine.packet(packet, 0, len(packet), arrive(number) if arrive else on_time)
    if flush:
        machine.flush()
    return Taken(machine, pictures)


def frame(channel: int, data: bytes) -> bytes:
    return b"$" + bytes((channel,)) + struct.pack(">H", len(data)) + data


def frames(packets: Iterable[bytes], channel: int = 0) -> bytes:
    return b"".join(frame(channel, packet) for packet in packets)


def report(seconds: int, fraction: int = 0, ssrc: int = SENDER) -> bytes:
    """A sender report with this NTP time."""
    return struct.pack(">BBHIIIIII", 0x80, 200, 6, ssrc, seconds & 0xFFFFFFFF, fraction, 0, 0, 0)


SDP = "v=0\r\ns=cam\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"


class Camera:
    """A camera at the other end of a conversation: reads requests, answers by a table, has a clock to turn."""

    def __init__(self, url: str = "rtsp://cam.example/live", **options: object) -> None:
        self.sent: list[bytes] = []
        self.pictures: list[Picture] = []
        self.now, self.url = 1000.0, url
        self.answers: dict[str, list[str] | str] = {}
        self.quirks = CameraQuirks()
        credentials = Credentials("admin", "12345", token=lambda: "c0ffee")
        chosen: dict[str, object] = {"quirks": self.quirks, "credentials": credentials} | options
        self.login = login = chosen.pop("credentials")
        self.talk = Conversation(
            url, login, self.sent.append, self.pictures.append, lambda: 1_795_395_600.0 + self.now, **chosen
        )  # type: ignore[arg-type]
        self._back_off = b""

    # What was asked

    @property
    def asked(self) -> list[str]:
        """Methods in order."""
        return [text.split(b" ")[0].decode() for text in self.sent if not text.startswith(b"RTSP/")]

    def line(self, number: int = -1) -> str:
        return self.sent[number].split(b"\r\n")[0].decode()

    def header(self, name: str, number: int = -1) -> str:
        found = [
            line for line in self.sent[number].decode().split("\r\n") if line.lower().startswith(name.lower() + ":")
        ]
        return found[0].split(":", 1)[1].strip() if found else ""

    # What the camera does

    def feed(self, data: bytes) -> None:
        buffer = bytearray(self._back_off + data)
        at = self.talk.receive(buffer, 0, len(buffer), self.now)
        self._back_off = bytes(buffer[at:])

    def reply(
        self, status: str = "200 OK", headers: str = "", body: str = "", number: int = -1, cseq: str | None = None
    ) -> None:
        """Answer the newest request (or another); ``headers`` are lines."""
        cseq = f"CSeq: {self.header('CSeq', number)}" if cseq is None else cseq
        lines = [line for line in (f"RTSP/1.0 {status}", cseq, *headers.split("\n")) if line]
        lines += [f"Content-Length: {len(body)}"] if body else []
        self.feed(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    def wait(self, seconds: float) -> None:
        """Turn the clock, a tick every quarter of a second."""
        for _ in range(round(seconds * 4)):
            self.now += 0.25
            self.talk.tick(self.now)
            if self._back_off:
                self.feed(b"")

    def describe(self, sdp: str = SDP, headers: str = "Content-Base: rtsp://cam.example/live/") -> None:
        """Begin, up to the description."""
        self.talk.begin(self.now)
        self.reply(headers="Public: OPTIONS, GET_PARAMETER")
        self.reply(headers=headers, body=sdp)

    def play(
        self, sdp: str = SDP, session: str = "Session: 77;timeout=60", transport: str = "RTP/AVP/TCP;interleaved=0-1"
    ) -> None:
        """All the way to playing."""
        self.describe(sdp)
        self.reply(headers=f"{session}\nTransport: {transport}")
        self.reply()
        assert self.talk.is_playing, self.talk.error
