"""The talk with a camera, byte by byte: what we ask, what we make of odd answers, and when we leave."""

import pytest

from tests.video.wire import SDP, Camera, Sender, delta, frame, frames, report
from video.rtsp.auth import Credentials
from video.rtsp.errors import AuthFailed, Busy, LostFraming, NotFound, Redirected, Refused, SessionEnded, TimedOut
from video.rtsp.rtcp import EPOCH

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


# Session and transport


@pytest.mark.parametrize(
    ("session", "sent", "beat"),
    [("Session:   id9 ;timeout=60", "id9", 30), ("Session: id9; timeout=5", "id9", 2.5), ("Session: id9;timeout=0", "id9", 30), ("Session: id9", "id9", 30)],
)  # fmt: skip
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
        ("RTP/AVP/TCP;unicast;interleaved=8-9;ssrc=1A2B3C4D", 8, 9, 0x1A2B3C4D), ("RTP/AVP/TCP;interleaved=0", 0, 1, None),
        ("RTP/AVP;unicast;interleaved=4-7", 4, 7, None), ("RTP/AVP/TCP;unicast", 0, 1, None), ("", 0, 1, None),
        ("RTP/AVP/TCP;ssrc= d6d6627;interleaved=0-1", 0, 1, 0xD6D6627), ("ssrc=22;RTP/AVP/TCP;mode=\"PLAY\";interleaved=2-3", 2, 3, 0x22),
        ("RTP/AVP/TCP;interleaved=0-1;ssrc=xyz", 0, 1, None), ("RTP/AVP/TCP;interleaved=999-1000", 0, 1, None),
    ],
)  # fmt: skip
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


# Refusals


@pytest.mark.parametrize(
    ("status", "error", "reason", "pauses"),
    [
        ("404 Not Found", NotFound, "not_found", False), ("403 Forbidden", AuthFailed, "auth_failed", True),
        ("453 Not Enough Bandwidth", Busy, "refused", True), ("503 Service Unavailable", Busy, "refused", True),
        ("454 Session Not Found", SessionEnded, "session_end", False), ("461 Unsupported Transport", Refused, "refused", False),
        ("500 Internal Server Error", Refused, "refused", False),
    ],
)  # fmt: skip
def test_each_refusal_has_its_reason_and_says_how_long_to_wait(
    status: str, error: type, reason: str, pauses: bool
) -> None:
    camera = Camera()
    camera.describe()
    camera.reply(status)
    assert type(camera.talk.error) is error
    assert camera.talk.error.reason == reason
    assert (camera.talk.error.pause >= 65) is pauses


def test_a_camera_without_h264_is_told_what_to_set() -> None:
    camera = Camera()
    camera.describe(SDP.replace("H264", "H265"))
    assert isinstance(camera.talk.error, NotFound)
    assert "H.264" in str(camera.talk.error)


@pytest.mark.parametrize("status", [301, 302, 303, 305, 307])
@pytest.mark.parametrize(
    ("location", "target"),
    [("rtsp://cam.example:8554/live", "rtsp://cam.example:8554/live"), ("/other", "rtsp://cam.example/other"), ("rtsp://u:p@ss@nvr/1", "rtsp://nvr/1")],
)  # fmt: skip
def test_a_description_that_is_elsewhere_is_followed_without_userinfo(status: int, location: str, target: str) -> None:
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.reply()
    camera.reply(f"{status} Moved", f"Location: {location}")
    assert isinstance(camera.talk.error, Redirected)
    assert camera.talk.error.url == target


@pytest.mark.parametrize("location", ["rtsps://cam.example/live", "http://cam.example/", "rtsp://", "nonsense"])
def test_a_redirect_out_of_rtsp_is_refused(location: str) -> None:
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.reply()
    camera.reply("302 Moved", f"Location: {location}")
    assert type(camera.talk.error) is Refused


# Passwords


def test_basic_is_answered_only_where_it_may_be() -> None:
    for allows, asked in ((True, ["OPTIONS", "DESCRIBE", "DESCRIBE"]), (False, ["OPTIONS", "DESCRIBE"])):
        camera = Camera(credentials=Credentials("admin", "12345", allows_basic=allows))
        camera.talk.begin(camera.now)
        camera.reply()
        camera.reply("401 Unauthorized", 'WWW-Authenticate: Basic realm="cam"')
        assert camera.asked == asked


def test_a_nonce_that_ran_out_in_mid_stream_is_answered_once_and_the_stream_goes_on() -> None:
    """Axis after 150 s, Hikvision recorders."""
    camera = Camera(quiet=90.0)
    camera.play()
    pictures = Sender()
    camera.wait(30)
    camera.reply("401 Unauthorized", "WWW-Authenticate: " + DIGEST.format("fresh"))
    assert 'nonce="fresh"' in camera.header("Authorization")
    camera.reply()
    camera.feed(frames(pictures.group(0)))
    assert camera.talk.error is None
    assert camera.asked[4:] == ["GET_PARAMETER", "GET_PARAMETER"]


def test_the_same_nonce_again_is_a_wrong_password_and_is_not_tried_a_third_time() -> None:
    camera = Camera(quiet=90.0)
    camera.play()
    camera.wait(30)
    camera.reply("401 Unauthorized", "WWW-Authenticate: " + DIGEST.format("one"))
    camera.reply("401 Unauthorized", "WWW-Authenticate: " + DIGEST.format("one"))
    camera.wait(59)
    assert camera.asked[4:] == ["GET_PARAMETER", "GET_PARAMETER"]
    assert camera.talk.error is None
    camera.wait(10)
    assert isinstance(camera.talk.error, AuthFailed)


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
