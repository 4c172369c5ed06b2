"""Opening a session, byte by byte: what is asked in which order, and which addresses."""

import pytest

from tests.video.wire import SDP, Camera
from video.rtsp.errors import NotFound, TimedOut

DIGEST = 'Digest realm="cam", nonce="{}"'


def test_a_talk_asks_four_things_in_order_and_then_plays() -> None:
    camera = Camera()
    camera.play()
    assert camera.asked == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]
    assert camera.line(2) == "SETUP rtsp://cam.example/live/track1 RTSP/1.0"
    assert camera.line(3) == "PLAY rtsp://cam.example/live/ RTSP/1.0"
    assert camera.header("Session", 3) == "77"
    assert [camera.header("CSeq", n) for n in range(4)] == ["1", "2", "3", "4"]
    assert {camera.header("User-Agent", n) for n in range(4)} == {"examops"}


@pytest.mark.parametrize("cseq", ["cseq : 1", "CSeq: 1 ", "CSeq:1", ""])
def test_a_reply_is_matched_by_its_number_or_by_being_the_only_one_awaited(cseq: str) -> None:
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.reply(cseq=cseq)
    assert camera.asked == ["OPTIONS", "DESCRIBE"]


def test_a_reply_with_a_lower_number_is_passed_over() -> None:
    camera = Camera()
    camera.play()
    camera.feed(b"RTSP/1.0 454 Session Not Found\r\nCSeq: 2\r\n\r\n")
    assert camera.talk.error is None


@pytest.mark.parametrize("numbers", [(0, 1, 2, 3), (2, 3, 4, 5), (1, 1, 1, 1), (7, 7, 7, 7)])
def test_cameras_that_number_their_replies_in_their_own_way_are_followed(numbers: tuple[int, ...]) -> None:
    """Off by one, or a constant: no more than one request is out."""
    camera = Camera()
    camera.talk.begin(camera.now)
    answers = [
        ("Public: OPTIONS", ""),
        ("Content-Base: rtsp://cam.example/live/", SDP),
        ("Session: 77\nTransport: RTP/AVP/TCP;interleaved=0-1", ""),
        ("", ""),
    ]
    for number, (headers, body) in zip(numbers, answers, strict=True):
        camera.reply(headers=headers, body=body, cseq=f"CSeq: {number}")
    assert camera.talk.is_playing


def test_an_answer_that_comes_after_it_was_given_up_is_not_taken_for_the_next_one() -> None:
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.wait(2.0)
    camera.reply("404 Not Found", cseq="CSeq: 1")  # to OPTIONS, which no longer waits
    assert camera.talk.error is None
    assert camera.asked == ["OPTIONS", "DESCRIBE"]


def test_a_camera_that_never_answers_options_is_described_all_the_same() -> None:
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.wait(2.0)
    assert camera.asked == ["OPTIONS", "DESCRIBE"]


def test_a_camera_that_refuses_options_is_described_all_the_same() -> None:
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.reply("404 Not Found")
    assert camera.asked == ["OPTIONS", "DESCRIBE"]


def test_no_answer_ends_the_talk_with_a_timeout() -> None:
    camera = Camera(answer_timeout=3.0)
    camera.talk.begin(camera.now)
    camera.reply()
    camera.wait(3.0)
    assert isinstance(camera.talk.error, TimedOut)


# The camera's own requests


def test_the_cameras_options_are_answered_even_between_question_and_reply() -> None:
    """RDIPCamera."""
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.feed(b"OPTIONS * RTSP/1.0\r\nCSeq: 12\r\n\r\n")
    assert camera.sent[-1] == b"RTSP/1.0 200 OK\r\nCSeq: 12\r\n\r\n"
    camera.reply(number=0)
    assert camera.asked == ["OPTIONS", "DESCRIBE"]


def test_other_requests_of_the_camera_are_declined() -> None:
    camera = Camera()
    camera.play()
    camera.feed(b"ANNOUNCE rtsp://cam.example/ RTSP/1.0\r\nCSeq: 5\r\nContent-Length: 2\r\n\r\nhi")
    assert camera.sent[-1] == b"RTSP/1.0 501 Not Implemented\r\nCSeq: 5\r\nSession: 77\r\n\r\n"
    assert camera.talk.error is None


# Addresses


@pytest.mark.parametrize(
    ("base", "control", "expected"),
    [
        (
            "rtsp://cam.example/live?ch=1&proto=Onvif/",
            "trackID=0",
            "rtsp://cam.example/live?ch=1&proto=Onvif/trackID=0",
        ),
        ("rtsp://cam.example/live?ch=1", "trackID=0", "rtsp://cam.example/live?ch=1/trackID=0"),
        ("cam.example/live/", "track1", "rtsp://cam.example/live/track1"),
        ("/live/", "track1", "rtsp://cam.example/live/track1"),
        ("rtsp://rtsp://cam.example/live/", "track1", "rtsp://cam.example/live/track1"),
        ("rtsp://admin:12345@cam.example/live/", "track1", "rtsp://cam.example/live/track1"),
        ("rtsp://admin:p@ss@cam.example/live/", "track1", "rtsp://cam.example/live/track1"),
        ("::ffff:192.168.1.9", "track1", "rtsp://cam.example/live/track1"),
        ("", "track1", "rtsp://cam.example/live/track1"),
        ("rtsp://cam.example/live/", "*", "rtsp://cam.example/live/"),
        ("rtsp://cam.example/live", "/track1", "rtsp://cam.example/live/track1"),
        ("rtsp://cam.example/live", "?ctype=video", "rtsp://cam.example/live?ctype=video"),
        ("rtsp://cam.example/live/", "rtsp://cam.example/a/trackID=1?mode=x", "rtsp://cam.example/a/trackID=1?mode=x"),
    ],
)
def test_the_address_of_the_track_is_joined_as_cameras_mean_it(base: str, control: str, expected: str) -> None:
    camera = Camera()
    camera.describe(SDP.replace("a=control:track1", f"a=control:{control}"), f"Content-Base: {base}")
    assert camera.line() == f"SETUP {expected} RTSP/1.0"
    assert b"12345" not in b"".join(camera.sent)


def test_without_a_control_line_the_base_is_set_up() -> None:
    camera = Camera()
    camera.describe(SDP.replace("a=control:track1\r\n", ""))
    assert camera.line() == "SETUP rtsp://cam.example/live/ RTSP/1.0"


def test_a_track_on_an_inner_address_is_asked_for_again_on_the_host_that_answers() -> None:
    camera = Camera()
    camera.describe(SDP.replace("a=control:track1", "a=control:rtsp://192.168.1.9/live/track1"))
    camera.reply("404 Not Found")
    assert camera.line() == "SETUP rtsp://cam.example/live/track1 RTSP/1.0"
    camera.reply("404 Not Found")
    assert isinstance(camera.talk.error, NotFound)
