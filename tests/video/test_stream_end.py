"""How long a stream lives: keepalives, pictures that stop, other sessions, and how it is closed."""

import pytest

from tests.video.wire import SDP, Camera, Sender, delta, frames
from video.rtsp.errors import Busy, LostFraming, SessionEnded, TimedOut

DIGEST = 'Digest realm="cam", nonce="{}"'


# Life


def media(camera: Camera, sender: Sender, seconds: float, stamp: int = 0) -> None:
    """Let time pass with a picture each second."""
    for second in range(round(seconds)):
        camera.feed(frames(sender.picture(stamp + second * 90_000, delta())))
        camera.wait(1.0)


@pytest.mark.parametrize("status", ["454 Session Not Found", "501 Not Implemented", None])
def test_a_keepalive_that_fails_is_followed_by_the_other_way_and_media_decides(status: str | None) -> None:
    camera = Camera()
    camera.play()
    sender = Sender()
    media(camera, sender, 31)
    if status:
        camera.reply(status)
    media(camera, sender, 30, 31 * 90_000)
    camera.reply()
    assert camera.asked[4:6] == ["GET_PARAMETER", "OPTIONS"]
    assert camera.line(4) == "GET_PARAMETER rtsp://cam.example/live/ RTSP/1.0"
    assert camera.header("Session", 5) == "77"
    assert camera.talk.error is None
    assert camera.quirks.keepalive == "OPTIONS"


def test_what_keeps_a_camera_awake_is_remembered_for_its_next_connection() -> None:
    camera = Camera()
    camera.quirks.keepalive = "OPTIONS"
    camera.play()
    media(camera, Sender(), 31)
    assert camera.asked[4:] == ["OPTIONS"]


def test_keepalives_are_one_at_a_time_and_come_at_half_the_timeout() -> None:
    camera = Camera(quiet=60.0)
    camera.play(session="Session: 1;timeout=4")
    camera.wait(2.0)
    assert camera.asked[4:] == ["GET_PARAMETER"]
    camera.wait(1.75)
    assert camera.asked[4:] == ["GET_PARAMETER"]


def test_without_pictures_the_stream_is_dead_although_keepalives_are_answered() -> None:
    camera = Camera(quiet=10.0)
    camera.play(session="Session: 1;timeout=6")
    for _ in range(11):
        camera.wait(1.0)
        if camera.talk.error is None and camera.asked[-1] == "GET_PARAMETER":
            camera.reply()
    assert isinstance(camera.talk.error, TimedOut)


def test_packets_of_another_session_that_stay_end_this_one_with_a_pause() -> None:
    camera = Camera()
    camera.play()
    ours, theirs = Sender(), Sender(ssrc=0xBAD, sequence=7)
    for second in range(6):
        camera.feed(frames([*ours.picture(second * 90_000, delta()), *theirs.picture(second * 90_000, delta())]))
        camera.wait(1.0)
    assert isinstance(camera.talk.error, Busy)
    assert camera.talk.error.pause >= 65


def test_packets_that_came_before_anything_was_asked_for_are_somebody_elses() -> None:
    """live555 before 2017."""
    camera = Camera()
    stale = Sender(ssrc=0xBAD)
    camera.talk.begin(camera.now)
    camera.feed(frames(stale.group(0)))
    camera.reply(headers="Public: OPTIONS")
    camera.reply(headers="Content-Base: rtsp://cam.example/live/", body=SDP)
    camera.reply(headers="Session: 77\nTransport: RTP/AVP/TCP;interleaved=0-1")
    camera.reply()
    camera.feed(frames([*stale.group(0), *Sender().group(0, 4), *stale.group(0)]))
    assert len(camera.pictures) == 3
    assert camera.talk.depacketiser.order.foreign == 10


# Ends


def test_closing_says_goodbye_with_session_and_login_and_throws_away_what_still_comes() -> None:
    camera = Camera()
    camera.play()
    camera.login.choose([DIGEST.format("n")], set())
    camera.feed(frames(Sender().group(0, 3)))
    before = len(camera.pictures)
    camera.talk.goodbye(camera.now)
    assert len(camera.pictures) == before + 1  # the one in hand was whole
    assert (camera.asked[-1], camera.header("Session")) == ("TEARDOWN", "77")
    assert 'uri="rtsp://cam.example/live/"' in camera.header("Authorization")
    camera.feed(frames(Sender(sequence=900).group(99)))
    assert (len(camera.pictures), camera.talk.is_over) == (before + 1, False)
    camera.reply("500 Internal Server Error")
    assert camera.talk.is_over


def test_a_goodbye_without_answer_is_waited_for_two_seconds() -> None:
    camera = Camera()
    camera.play()
    camera.talk.goodbye(camera.now)
    camera.wait(1.75)
    assert not camera.talk.is_over
    camera.wait(0.25)
    assert camera.talk.is_over


def test_lost_framing_ends_the_stream_and_still_says_goodbye() -> None:
    camera = Camera()
    camera.play()
    for _ in range(30):
        camera.feed(b"\xee" * 10_000)
    assert isinstance(camera.talk.error, LostFraming)
    camera.talk.goodbye(camera.now)
    assert camera.asked[-1] == "TEARDOWN"


def test_a_connection_that_breaks_keeps_the_whole_picture_in_hand() -> None:
    camera = Camera()
    camera.play()
    camera.feed(frames(Sender().group(0, 3)))
    camera.talk.lost(SessionEnded("gone"))
    assert len(camera.pictures) == 3


def test_bytes_that_a_camera_skipped_inside_a_frame_tear_that_picture_although_it_was_marked() -> None:
    """A partial write: the rest of one frame and the head of the next are gone."""
    camera = Camera()
    camera.play()
    sender = Sender()
    before, torn, after, rest = (
        sender.group(0, 2),
        sender.picture(7200, delta(400)),
        sender.picture(10_800, delta(400)),
        sender.group(14_400, 2),
    )
    broken = frames([*torn, *after])
    camera.feed(frames(before) + broken[:100] + broken[500:] + frames(rest) + frames(sender.group(30_000, 1)))
    assert [len(nal) for picture in camera.pictures for nal in picture.nals if nal[0] == 0x41] == [22, 22]
    assert camera.talk.framing.resyncs == 1
    assert camera.talk.depacketiser.order.lost == 1
