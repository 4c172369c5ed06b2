"""What SETUP and PLAY agree on, and media around them."""

import pytest

from tests.video.wire import Camera, Sender, frame, frames, report
from video.rtsp.rtcp import EPOCH

DIGEST = 'Digest realm="cam", nonce="{}"'


# Session and transport


@pytest.mark.parametrize(
    ("session", "sent", "beat"),
    [
        ("Session:   id9 ;timeout=60", "id9", 30),
        ("Session: id9; timeout=5", "id9", 2.5),
        ("Session: id9;timeout=0", "id9", 30),
        ("Session: id9", "id9", 30),
    ],
)
def test_sessions_are_read_as_cameras_write_them(session: str, sent: str, beat: float) -> None:
    camera = Camera()
    camera.play(session=session)
    assert camera.header("Session") == sent
    assert camera.talk.session.keepalive_seconds == beat


def test_the_first_session_counts_and_a_shorter_timeout_that_comes_later_too() -> None:
    camera = Camera()
    camera.describe()
    camera.reply(headers="Session: one;timeout=60\nTransport: RTP/AVP/TCP;interleaved=0-1")
    camera.reply(headers="Session: two;timeout=20")
    assert (camera.talk.session.session_id, camera.talk.session.keepalive_seconds) == ("one", 10.0)


@pytest.mark.parametrize(
    ("transport", "media", "reports", "sender"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=8-9;ssrc=1A2B3C4D", 8, 9, 0x1A2B3C4D),
        ("RTP/AVP/TCP;interleaved=0", 0, 1, None),
        ("RTP/AVP;unicast;interleaved=4-7", 4, 7, None),
        ("RTP/AVP/TCP;unicast", 0, 1, None),
        ("", 0, 1, None),
        ("RTP/AVP/TCP;ssrc= d6d6627;interleaved=0-1", 0, 1, 0xD6D6627),
        ('ssrc=22;RTP/AVP/TCP;mode="PLAY";interleaved=2-3', 2, 3, 0x22),
        ("RTP/AVP/TCP;interleaved=0-1;ssrc=xyz", 0, 1, None),
        ("RTP/AVP/TCP;interleaved=999-1000", 0, 1, None),
    ],
)
def test_transports_are_read_as_cameras_write_them(
    transport: str, media: int, reports: int, sender: int | None
) -> None:
    camera = Camera()
    camera.play(transport=transport)
    agreed = camera.talk.session
    assert (agreed.rtp_channel, agreed.rtcp_channel, agreed.ssrc) == (media, reports, sender)
    camera.feed(frames([*Sender().group(0), *Sender(sequence=900).group(9999)], media))
    assert camera.pictures


def test_media_and_reports_before_the_reply_to_play_are_kept() -> None:
    """Newer Reolinks, v4l2rtspserver."""
    camera = Camera()
    camera.describe()
    camera.reply(headers="Session: 77\nTransport: RTP/AVP/TCP;interleaved=0-1")
    wall = 1_795_395_600 + 1000 + 100
    camera.feed(frame(1, report(wall + EPOCH)) + frames(Sender().group(0)))
    camera.reply()
    assert camera.talk.is_playing
    assert [picture.is_key for picture in camera.pictures] == [True, False]
    assert camera.pictures[0].clock_offset_ms == 100_000


@pytest.mark.parametrize("seconds", [0, 1, EPOCH, EPOCH + 3600, EPOCH + 1_795_395_600 + 1100])
def test_no_report_moves_the_time_of_a_picture(seconds: int) -> None:
    camera = Camera()
    camera.play()
    packets = Sender().group(0, 4)
    camera.feed(frames(packets[:4]) + frame(1, report(seconds)) + frames(packets[4:]))
    assert [picture.ticks for picture in camera.pictures] == [0, 3600, 7200]
    assert camera.pictures[-1].clock_offset_ms in (None, 100_000)


@pytest.mark.parametrize("told", ["url=trackID=0;seq=0;rtptime=-1;", "url=rtsp://x/;seq=1;rtptime=0;ssrc=9", ""])
def test_what_play_says_about_the_first_packet_has_no_effect(told: str) -> None:
    camera = Camera()
    camera.describe()
    camera.reply(headers="Session: 77\nTransport: RTP/AVP/TCP;interleaved=0-1")
    camera.reply(headers=f"RTP-Info: {told}")
    camera.feed(frames(Sender().group(0, 3)))
    assert [picture.lost_packets for picture in camera.pictures] == [0, 0]


def test_play_is_asked_again_without_a_range_where_ranges_are_refused() -> None:
    camera = Camera()
    camera.describe()
    camera.reply(headers="Session: 77\nTransport: RTP/AVP/TCP;interleaved=0-1")
    assert camera.header("Range") == "npt=0.000-"
    camera.reply("457 Invalid Range")
    assert (camera.asked[-1], camera.header("Range")) == ("PLAY", "")


def test_frames_of_tracks_that_nobody_set_up_are_dropped() -> None:
    camera = Camera()
    camera.play()
    audio = Sender(type=8, ssrc=7).packet(b"\1" * 160, 0)
    camera.feed(b"".join(frame(0, video) + frame(2, audio) for video in Sender().group(0, 3)))
    assert len(camera.pictures) == 2
    assert camera.talk.framing.unknown == 4
