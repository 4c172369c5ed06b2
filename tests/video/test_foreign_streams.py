"""Streams that differ from their description or break the rules, as other players follow them all the same."""

import struct

import pytest

from tests.video.wire import PPS, SDP, SPS, STEP, Camera, Sender, delta, fragments, frame, frames, key
from video.rtsp.errors import Refused

H265_VPS, H265_SPS, H265_PPS = b"\x40\x01" + b"\x0c" * 20, b"\x42\x01" + b"\x01" * 30, b"\x44\x01\xc0\xf2"


def group(start: int, count: int = 5, camera: Sender | None = None) -> list[bytes]:
    return (camera or Sender()).group(start * STEP, count)


# Payload types


@pytest.mark.parametrize(
    ("media", "sent", "pictures"),
    [
        ("m=video 0 RTP/AVP 96\r\na=rtpmap:97 H264/90000\r\n", 96, 4),  # rtpmap of another number
        ("m=video 0 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n", 96, 4),  # the stream of another number
        ("m=video 0 RTP/AVP 98 96\r\na=rtpmap:96 H264/90000\r\na=rtpmap:98 H264/90000\r\n", 96, 4),
        ("m=video 0 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\na=rtpmap:96 VP8/90000\r\n", 96, 0),
        ("m=video 0 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n", 26, 0),  # 26 is JPEG (RFC 3551)
    ],
)
def test_a_payload_type_that_the_description_does_not_name_is_followed(media: str, sent: int, pictures: int) -> None:
    camera = Camera()
    camera.play("v=0\r\ns=cam\r\na=control:*\r\n" + media + "a=control:track1\r\n")
    camera.feed(frames(group(0, camera=Sender(type=sent))))
    assert len(camera.pictures) == pictures
    if pictures:
        camera.feed(b"junk" + frames(group(10, 12, Sender(sequence=300, type=sent))))
        assert len(camera.pictures) > pictures + 8  # also behind junk, where frames must fit what is agreed on


def test_packets_of_another_type_in_between_are_dropped_once_the_agreed_one_has_come() -> None:
    camera = Camera()
    camera.play()
    packets = group(0)
    stranger = Sender(type=120, sequence=packets[0][3], ssrc=5)
    camera.feed(frames([packets[0], *group(0, 2, stranger), *packets[1:]]))
    assert len(camera.pictures) == 4
    assert camera.talk.depacketiser.type == 96


def test_the_agreed_type_takes_over_from_one_that_came_before_it() -> None:
    camera = Camera()
    camera.play()
    camera.feed(frames([Sender(type=120, ssrc=5).packet(delta(), 0), *group(0), *group(9)]))
    assert camera.talk.depacketiser.type == 96
    assert len(camera.pictures) >= 4


def test_the_sets_of_the_type_that_is_sent_are_used() -> None:
    from base64 import b64encode

    other = bytes.fromhex("6742c00bda02802dd8088000")
    sets = [b64encode(one).decode() + "," + b64encode(PPS).decode() for one in (SPS, other)]
    media = "m=video 0 RTP/AVP 98 96\r\na=rtpmap:96 H264/90000\r\na=rtpmap:98 H264/90000\r\n"
    media += f"a=fmtp:98 sprop-parameter-sets={sets[1]}\r\na=fmtp:96 sprop-parameter-sets={sets[0]}\r\n"
    camera = Camera()
    camera.play("v=0\r\ns=cam\r\na=control:*\r\n" + media + "a=control:track1\r\n")
    sender = Sender()
    camera.feed(frames([*sender.picture(0, key()), *sender.picture(STEP, delta())]))
    assert camera.pictures[0].params is not None
    assert camera.pictures[0].params.sps == SPS


# Codecs


@pytest.mark.parametrize("name", ["H265", "HEVC", "h265"])
def test_a_stream_that_is_h264_is_recorded_whatever_the_description_calls_it(name: str) -> None:
    camera = Camera()
    camera.play(SDP.replace("H264", name))
    camera.feed(frames(group(0)))
    assert [picture.is_key for picture in camera.pictures] == [True, False, False, False]


@pytest.mark.parametrize("name", ["H264", "H265"])
@pytest.mark.parametrize(
    "payloads",
    [
        [H265_VPS, H265_SPS, H265_PPS],
        [b"\x62\x01\x93" + b"x" * 900, b"\x62\x01\x13" + b"x" * 900, b"\x62\x01\x53" + b"x" * 900],
        [b"\x60\x01" + struct.pack(">H", len(one)) + one for one in (H265_VPS, H265_SPS, H265_PPS)],
    ],
)
def test_a_stream_that_is_h265_says_what_to_set(name: str, payloads: list[bytes]) -> None:
    camera = Camera()
    camera.play(SDP.replace("H264", name))
    camera.feed(frames(Sender().picture(0, *payloads)))
    assert isinstance(camera.talk.error, Refused)
    assert (camera.talk.error.reason, camera.talk.error.code) == ("refused", "not_h264")
    assert camera.pictures == []


def test_bytes_that_look_like_h265_inside_h264_change_nothing() -> None:
    camera = Camera()
    camera.play()
    sender = Sender()
    odd = [sender.packet(b"\x62\x01" + b"x" * 40, 0) for _ in range(9)]
    camera.feed(frames([*group(0, camera=Sender(sequence=20))]) + frames(odd))
    assert camera.talk.error is None


# Clock rates


@pytest.mark.parametrize(
    ("declared", "sent", "slack"),
    [(90_000, 90_000, 0.0), (9_000, 9_000, 0.0), (48_000, 48_000, 0.0), (9_000, 90_000, 2.5), (180_000, 90_000, 2.5)],
)
def test_media_time_is_real_time_whatever_clock_rate_is_declared(declared: int, sent: int, slack: float) -> None:
    camera = Camera()
    camera.play(SDP.replace("/90000", f"/{declared}"))
    sender = Sender()
    for number in range(250):
        stamp = number * sent // 25
        payloads = [SPS, PPS, key()] if number % 50 == 0 else [delta()]
        camera.feed(frames(sender.picture(stamp, *payloads)))
        camera.now += 0.04
    steps = [(b.ticks - a.ticks) / 90_000 for a, b in zip(camera.pictures, camera.pictures[1:], strict=False)]
    assert steps[int(slack * 25) + 2 :] == pytest.approx([0.04] * len(steps[int(slack * 25) + 2 :]), abs=0.001)


# Channels


def test_media_on_a_channel_that_nobody_announced_is_followed_when_the_agreed_one_stays_empty() -> None:
    camera = Camera()
    camera.play()
    sender = Sender()
    for start in range(0, 60, 5):
        camera.feed(frames(sender.group(start * STEP, 5), 2))
        camera.wait(0.25)
    assert len(camera.pictures) > 30
    assert (camera.talk.session.rtp_channel, camera.talk.session.rtcp_channel) == (2, 3)
    assert camera.talk.error is None


def test_another_session_on_another_channel_is_not_taken_for_ours() -> None:
    camera = Camera()
    camera.describe()
    old = Sender(ssrc=99)
    camera.feed(frames(old.group(0), 4))
    camera.reply(headers="Session: 77\nTransport: RTP/AVP/TCP;interleaved=0-1")
    camera.reply()
    ours = Sender()
    for start in range(0, 40, 5):
        camera.feed(frames(old.group(start * STEP, 5), 4))
        camera.wait(0.25)
    camera.feed(frames(ours.group(0, 5)))
    assert camera.talk.session.rtp_channel == 0
    assert len(camera.pictures) == 4


# Lengths


@pytest.mark.parametrize("extra", [1, 2, 4])
def test_a_body_that_is_counted_too_long_by_a_line_end_is_taken_after_a_moment(extra: int) -> None:
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.reply()
    head = f"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Base: rtsp://cam.example/live/\r\nContent-Length: {len(SDP) + extra}"
    camera.feed(f"{head}\r\n\r\n{SDP}".encode())
    assert camera.asked == ["OPTIONS", "DESCRIBE"]
    camera.wait(1.5)
    assert camera.asked == ["OPTIONS", "DESCRIBE", "SETUP"]
    camera.reply(headers="Session: 77\nTransport: RTP/AVP/TCP;interleaved=0-1")
    camera.reply()
    camera.feed(frames(group(0)))
    assert len(camera.pictures) == 4


def test_a_body_that_comes_in_pieces_is_waited_for() -> None:
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.reply()
    text = f"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}".encode()
    for at in range(len(text) - 8, len(text) - 1):
        camera.feed(text[:at] if at == len(text) - 8 else text[at - 1 : at])
        camera.wait(0.5)
    assert camera.asked == ["OPTIONS", "DESCRIBE"]
    camera.feed(text[-2:])
    assert camera.asked == ["OPTIONS", "DESCRIBE", "SETUP"]


# Frames that were broken off and sent again


def broken_off(cut: int, packets: list[bytes], broken: int) -> bytes:
    """A stream whose frame ``broken`` is sent up to ``cut`` bytes and then again from its beginning."""
    pieces = [frame(0, packet) for packet in packets]
    return b"".join(piece[:cut] + piece if n == broken else piece for n, piece in enumerate(pieces))


def stream() -> tuple[list[bytes], int]:
    camera = Sender()
    packets = [*camera.group(0, 3), *camera.picture(3 * STEP, *fragments(delta(3000), 4))]
    return [*packets, *camera.picture(4 * STEP, delta()), *camera.group(5 * STEP, 3)], 6


@pytest.mark.parametrize("cut", [9, 15, 20, 100, 500, 700])
@pytest.mark.parametrize("offset", [-1, 0, 1, 2])
def test_of_a_frame_that_was_broken_off_and_sent_again_the_whole_one_counts(cut: int, offset: int) -> None:
    packets, fragment = stream()
    camera = Camera()
    camera.play()
    camera.feed(broken_off(min(cut, len(packets[fragment + offset]) - 1), packets, fragment + offset))
    clean = Camera()
    clean.play()
    clean.feed(frames(packets))
    assert [picture.nals for picture in camera.pictures] == [picture.nals for picture in clean.pictures]
    assert camera.talk.framing.repeated == 1
    assert not any(picture.is_damaged for picture in camera.pictures)


@pytest.mark.parametrize("size", [1, 7, 100, 333, 1000])
@pytest.mark.parametrize("cut", [20, 100, 500, 700])
def test_however_it_is_cut_no_picture_with_strange_bytes_counts_as_whole(size: int, cut: int) -> None:
    packets, fragment = stream()
    data = broken_off(cut, packets, fragment)
    camera, clean = Camera(), Camera()
    camera.play()
    clean.play()
    for at in range(0, len(data), size):
        camera.feed(data[at : at + size])
    clean.feed(frames(packets))
    whole = {picture.nals for picture in clean.pictures}
    assert all(picture.nals in whole for picture in camera.pictures)
    assert len(camera.pictures) >= len(clean.pictures) - 1
