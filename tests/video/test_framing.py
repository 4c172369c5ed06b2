"""What lies mixed in the stream: frames, replies, the camera's own requests, junk."""

import pytest

from tests.video.wire import Sender, frame, frames, report
from video.rtsp.errors import LostFraming
from video.rtsp.framing import MAX_JUNK_BYTES, Framing
from video.rtsp.messages import Message

REPLY = b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Length: 4\r\n\r\nbody"
OPTIONS = b"OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n"


class Parsed:
    """Everything that comes out, in order."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self.framing = Framing(self._frame, self.events.append, lambda: self.events.append("loss"))
        self.framing.expected = {0: 96, 1: None}
        self._back_off = b""

    def _frame(self, channel: int, buffer: bytearray, start: int, end: int) -> None:
        self.events.append((channel, bytes(buffer[start:end])))

    def feed(self, data: bytes, now: float = 0.0) -> "Parsed":
        buffer = bytearray(self._back_off + data)
        self._back_off = bytes(buffer[self.framing.feed(buffer, 0, len(buffer), now) :])
        return self

    @property
    def kinds(self) -> list[str]:
        return [
            one if isinstance(one, str) else "message" if isinstance(one, Message) else "frame" for one in self.events
        ]


def packets(count: int = 3, size: int = 50) -> list[bytes]:
    camera = Sender()
    return [camera.packet(b"\x41" + bytes((n + 1,)) * size, n) for n in range(count)]


def flood(parsed: Parsed, data: bytes, times: int) -> None:
    for _ in range(times):
        parsed.feed(data)


def test_frames_replies_and_requests_in_one_read_come_out_in_order() -> None:
    one, two, _ = packets()
    parsed = Parsed().feed(frame(0, one) + REPLY + frame(0, two) + OPTIONS)
    assert parsed.kinds == ["frame", "message", "frame", "message"]
    reply, request = (one for one in parsed.events if isinstance(one, Message))
    assert (reply.status, reply.body, request.method) == (200, b"body", "OPTIONS")


@pytest.mark.parametrize(
    "text",
    [
        b"RTSP/1.0 200\r\nCSeq: 3\r\n\r\n",
        b"RTSP/1.0 200 OK\nCSeq: 3\n\n",
        b"\r\n\r\n\nRTSP/1.0 200 OK\r\ncseq : 3\r\n\r\n",
        b"RTSP/1.0 200 \r\nCSeq: 3 \r\n\r\n",
        b"rtsp/1.0 200 OK\r\nCseq:        3\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nCSeq:3\r\nnonsense\r\nX:\r\n\r\n",
    ],
)
def test_replies_are_read_as_cameras_write_them(text: bytes) -> None:
    (message,) = Parsed().feed(text + frame(0, packets()[0])).events[:1]
    assert isinstance(message, Message)
    assert (message.status, message.sequence) == (200, 3)


def test_headers_that_come_twice_are_kept_both() -> None:
    text = b"RTSP/1.0 401 No\r\nWWW-Authenticate: Basic realm=a\r\nwww-authenticate: Digest realm=b\r\n\r\n"
    (message,) = Parsed().feed(text).events
    assert isinstance(message, Message)
    assert message.headers["www-authenticate"] == ["Basic realm=a", "Digest realm=b"]


@pytest.mark.parametrize("length", [b"abc", b"", b"-5", b"  "])
def test_a_length_that_is_none_means_no_body(length: bytes) -> None:
    parsed = Parsed().feed(b"RTSP/1.0 200 OK\r\nContent-Length: " + length + b"\r\n\r\n" + frame(0, packets()[0]))
    assert parsed.kinds == ["message", "frame"]


@pytest.mark.parametrize(
    "junk", [b"\xff", b"\x00\x24\x00", b"\x00RTSP" + b"$" * 40 + b"\x24\x00\x00\x20RTSP/1.0 $$" * 100]
)
def test_after_junk_the_stream_is_found_again_and_the_loss_is_told_once(junk: bytes) -> None:
    one, two, three = packets()
    parsed = Parsed().feed(frame(0, one) + junk + frame(0, two) + frame(0, three) + REPLY)
    assert parsed.kinds == ["frame", "loss", "frame", "frame", "message"]
    assert parsed.framing.resyncs == 1
    assert parsed.framing.skipped == len(junk)


def test_after_junk_a_header_that_only_looks_like_one_is_not_believed() -> None:
    one, two, three = packets()
    fake = b"\x00" + frame(0, one)[:30] + b"\xff" * 40
    parsed = Parsed().feed(frame(0, one) + fake + frame(0, two) + frame(0, three))
    assert parsed.events[2:] == [(0, two), (0, three)][: len(parsed.events) - 2]
    assert (parsed.kinds[0], parsed.kinds.count("loss")) == ("frame", 1)


def test_junk_without_end_is_given_up() -> None:
    parsed = Parsed()
    with pytest.raises(LostFraming):
        flood(parsed, b"\xee" * 1000, MAX_JUNK_BYTES // 1000 + 2)


def test_junk_for_too_long_is_given_up() -> None:
    parsed = Parsed().feed(b"\xee" * 100, now=0.0).feed(b"\xee" * 100, now=1.9)
    with pytest.raises(LostFraming):
        parsed.feed(b"\xee" * 100, now=2.1)


def test_frames_of_unknown_channels_are_counted_and_dropped() -> None:
    one, two, _ = packets()
    parsed = Parsed().feed(frame(2, one) + frame(0, two) + frame(200, b"anything") + frame(0, one))
    assert parsed.events == [(0, two), (0, one)]
    assert (parsed.framing.unknown, parsed.framing.resyncs) == (2, 0)


@pytest.mark.parametrize("size", [0, 1, 4, 11])
def test_frames_too_short_for_a_packet_do_not_break_the_step(size: int) -> None:
    one, *_ = packets()
    parsed = Parsed().feed(frame(0, bytes(size)) + frame(0, one))
    assert parsed.events[-1] == (0, one)
    assert parsed.framing.resyncs == 0


def test_a_frame_of_the_greatest_length_passes() -> None:
    big = Sender().packet(b"\x41" * (65535 - 12), 0)
    assert Parsed().feed(frames([big, *packets()])).events[0] == (0, big)


def test_reports_come_on_their_channel() -> None:
    parsed = Parsed().feed(frame(1, report(5)) + frame(0, packets()[0]))
    assert parsed.events[0] == (1, report(5))


def test_a_head_without_end_is_given_up_as_junk() -> None:
    parsed = Parsed()
    with pytest.raises(LostFraming):
        flood(parsed, b"RTSP/1.0 200 OK\r\n" + b"X-Padding: yes\r\n" * 500, 100)


def test_a_body_beyond_all_measure_is_junk() -> None:
    one, *_ = packets()
    parsed = Parsed().feed(b"RTSP/1.0 200 OK\r\nContent-Length: 9999999\r\n\r\n" + frame(0, one) * 2)
    assert parsed.kinds == ["loss", "frame", "frame"]
