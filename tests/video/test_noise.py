"""Any cut of the bytes gives the same pictures; any damage of them gives pictures, or one of our errors, and an end."""

import random
import tracemalloc

import pytest

from tests.video.clips import encoded
from tests.video.wire import SDP, Camera, Sender, fragments, frame, frames, report, stap
from video.rtsp import access_units, depacketiser
from video.rtsp.errors import SessionEnded, StreamError
from video.rtsp.receive_buffer import BUFFER_BYTES
from video.rtsp.rtcp import EPOCH

ROUNDS = 400


def session(damaged: bool) -> bytes:
    """Media with everything in between: aggregates, fragments, reports, replies, requests; and junk where wanted."""
    params, pictures = encoded(1)
    camera, parts = Sender(sequence=65_530), []
    for ticks, is_key, nals in pictures[:4]:
        payloads = [stap(params.sps, params.pps)] if is_key else []
        for nal in nals:
            payloads += fragments(nal[:200], 3) if len(nal) > 60 else [nal]
        parts += [frames(camera.picture(ticks, *payloads))]
    parts[2:2] = [
        frame(1, report(EPOCH + 1_795_396_600)),
        b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 3\r\n\r\nabc",
    ]
    parts[5:5] = [b"OPTIONS * RTSP/1.0\r\nCSeq: 7\r\n\r\n", frame(2, b"\x80" * 40), b"\r\n"]
    if damaged:
        parts[6:6] = [b"\x00$\x00\x00\x10RTSP/1.0 junk $$ OPTIONS "]
        camera.sequence += 2
        parts += [b"junk" + parts[-1][:70], frames(camera.group(999_999, 3)), frame(1, report(0))]
    return b"".join(parts)


def heard(pieces: list[bytes]) -> tuple[object, ...]:
    camera = Camera()
    camera.play()
    for piece in pieces:
        camera.feed(piece)
    talk = camera.talk
    assert talk.depacketiser is not None
    order = talk.depacketiser.order
    camera.talk.lost(SessionEnded("end"))
    return camera.pictures, camera.sent, order.lost, order.duplicates, talk.framing.resyncs, talk.framing.skipped


@pytest.mark.parametrize("damaged", [False, True])
def test_the_same_bytes_cut_anywhere_give_the_same_pictures(damaged: bool) -> None:
    data = session(damaged)
    whole = heard([data])
    assert len(whole[0]) >= 4
    assert (whole[4] > 0) is damaged
    for cut in range(1, len(data)):
        assert heard([data[:cut], data[cut:]]) == whole, cut
    assert heard([data[at : at + 1] for at in range(len(data))]) == whole


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A few of: bytes changed, left out, put in, sent twice, swapped."""
    given = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 40))):
        at, size = rng.randrange(len(given) + 1), rng.choice((1, 1, 2, 9, 100, 1500))
        change = rng.randrange(5)
        if change == 0:
            given[at : at + size] = rng.randbytes(len(given[at : at + size]))
        elif change == 1:
            del given[at : at + size]
        elif change == 2:
            given[at:at] = rng.randbytes(size)
        elif change == 3:
            given[at:at] = given[at : at + size]
        elif at < len(given):
            given[at] ^= 1 << rng.randrange(8)
    return bytes(given)


REPLIES = [
    "RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, GET_PARAMETER\r\n\r\n",
    'RTSP/1.0 401 N\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"\r\n\r\n',
    f"RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Base: rtsp://cam.example/live/\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}",
    "RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: 77;timeout=30\r\nTransport: RTP/AVP/TCP;interleaved=0-1;ssrc=1234\r\n\r\n",
    "RTSP/1.0 200 OK\r\nCSeq: 5\r\n\r\n",
]


def test_random_damage_never_raises_never_loops_and_keeps_little_in_hand() -> None:
    """Every byte of every step may be wrong. A fixed seed: what fails once fails always."""
    rng = random.Random(20261125)
    media = [session(False), session(True)]
    ended, played, pictures = 0, 0, 0
    for _ in range(ROUNDS):
        camera = Camera()
        camera.talk.begin(camera.now)
        spoilt = rng.random() < 0.5
        for reply in REPLIES:
            camera.feed(mutated(reply.encode(), rng) if spoilt and rng.random() < 0.3 else reply.encode())
            camera.wait(0.25)
        for _ in range(3):
            data = mutated(rng.choice(media), rng)
            while data:
                size = rng.choice((1, 7, 100, 1460, 65_536))
                camera.feed(data[:size])
                data = data[size:]
                assert len(camera._back_off) < BUFFER_BYTES - 65_536
            camera.wait(0.5)
        camera.wait(12)
        camera.talk.goodbye(camera.now)
        camera.wait(3)
        assert camera.talk.is_over
        assert camera.talk.error is None or isinstance(camera.talk.error, StreamError)
        assert "12345" not in repr(camera.talk.error) + repr(camera.sent)
        ended += camera.talk.error is not None
        played += camera.talk.is_playing
        pictures += len(camera.pictures)
    assert played > ROUNDS // 2  # the damage is not so heavy that nothing is tried
    assert pictures > ROUNDS
    assert ended > ROUNDS // 2


def test_units_that_never_end_keep_memory_bounded(monkeypatch) -> None:
    """The limits made small, so that little has to be sent to pass them."""
    for module in (access_units, depacketiser):
        monkeypatch.setattr(module, "MAX_PICTURE_BYTES", 512 * 1024)
    monkeypatch.setattr(access_units, "MAX_AHEAD_BYTES", 128 * 1024)
    camera = Camera()
    camera.play()
    sender = Sender()
    start, piece = bytes((0x7C, 0x85)) + b"\x88", bytes((0x7C, 0x05)) + b"\xaa" * 3
    message = b"\x06" + b"\xaa" * 1000
    tracemalloc.start()
    try:
        for _ in range(3):
            camera.feed(frames([sender.packet(start, 0)]))
            for _ in range(9):  # tiny pieces, and messages without a slice: both pass their limit
                camera.feed(frames(sender.packet(piece, 0) for _ in range(1000)))
            for _ in range(30):
                camera.feed(frames(sender.packet(message, 0) for _ in range(10)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * 1024 * 1024
