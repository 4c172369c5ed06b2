"""A fitness trial against a real RTSP camera, and against one that is away."""

import pytest

from examops.demo.testcam.clip import ClipSource, synthetic_clip
from examops.demo.testcam.server import CameraServer
from tests.apart import run_apart
from tests.patience import PATIENCE_S
from video.pictures import Params, Picture
from video.protocol import Plan, PlannedArming
from video.recorder.clocks import Clocks, format_time
from video.server import ServerUnavailable
from video.trial import TrialMeter, TrialRun
from video.trials import Trials

CLIP = synthetic_clip(320, 180, fps=10, gop=10, bitrate=200_000, seconds=2)
PARAMS = Params(b"", b"", 1280, 720, "avc1.4d4028")
NO_LOGIN = {"username": "", "password": ""}


def trial(source: str, seconds: float = 6.0) -> dict:
    """Pauses of a busy machine are none of the camera's."""
    return {"trial_uid": "t", "camera_uid": "c", "source": source, "seconds": seconds, "gap_ms": 60_000.0}


async def ran(one: dict) -> list[tuple]:
    """Everything a run sends."""
    sent: list[tuple] = []

    def send(method, path, body=None, *, raw=None, headers=None):
        sent.append((path.rsplit("/", 1)[-1], body, raw, headers))

    await TrialRun(one, NO_LOGIN, Clocks(), send, PATIENCE_S).run("run-1")
    return sent


@pytest.mark.rtsp
def test_a_camera_is_measured_and_pictured() -> None:
    async def work():
        server = CameraServer()
        server.add("room-front", ClipSource(CLIP), clock_skew_s=3600.0)
        async with server:
            return await ran(trial(server.url("room-front")))

    sent = run_apart(work)
    pictures, (_, body, _, _) = sent[:-1], sent[-1]
    found = body["measures"]
    assert (body["state"], body["run_uid"], found["width"], found["height"]) == ("done", "run-1", 320, 180)
    assert found["codec"].startswith("avc1.")
    assert 1 < found["frames_per_second"] < 30  # ten, on a machine of its own
    assert abs(found["clock_offset_ms"] - 3_600_000) < 1_800_000
    assert (found["gaps"], found["lost_packets"], found["bytes_per_second"] > 1000) == (0, 0, True)
    assert [headers["X-Number"] for *_, headers in pictures] == ["1", "2", "3"]
    assert all(raw.startswith(b"\xff\xd8") and headers["X-Run"] == "run-1" for _, _, raw, headers in pictures)


@pytest.mark.rtsp
def test_a_camera_that_is_away_is_reported_with_its_cause() -> None:
    (sent,) = run_apart(lambda: ran(trial("rtsp://127.0.0.1:9/none", 1.0)))
    assert sent[1] == {"run_uid": "run-1", "state": "could_not_run", "cause": "no_answer"}


def picture(at: float, *, is_key: bool = False, offset: int | None = None) -> Picture:
    return Picture((b"x" * 96,), round(at * 90_000), is_key, False, PARAMS if is_key else None, at, 0, offset)


def test_pauses_count_between_pictures_and_behind_the_last() -> None:
    meter = TrialMeter(began=100.0, gap=1.0)
    for at in (101.0, 101.5, 102.0, 106.0, 106.5):
        meter.on_picture(picture(at, is_key=at in (101.0, 106.0), offset=-40))
    found = meter.measures(until=110.0, breaks=1)
    assert (found["first_picture_ms"], found["gaps"], found["gap_ms"]) == (1000, 3, 4000 + 3500)
    assert (found["longest_pause_ms"], found["frames"], found["clock_offset_ms"]) == (4000, 5, -40)
    assert (found["bytes_per_second"], found["frames_per_second"]) == (round(500 / 5.5), round(4 / 5.5, 2))


class Server:
    """Refuses ``begin`` with this status, or takes it."""

    def __init__(self, status: int = 0) -> None:
        self.status, self.calls = status, []

    def call(self, method, path, body=None, **options):
        self.calls.append(path)
        if self.status:
            raise ServerUnavailable("no", self.status)


def trials(plan: Plan, server: Server) -> Trials:
    class Shared:
        clocks, spool = Clocks(), None

    shared = Shared()
    shared.plan = plan
    return Trials(shared, server, sleep=lambda seconds: None)


def test_a_camera_that_records_an_exam_soon_is_left_alone() -> None:
    now = Clocks().wall()
    arming: PlannedArming = {
        "arming_uid": "a",
        "camera_uid": "c",
        "source": "",
        "start": format_time(now + 30),
        "end": format_time(now + 3600),
        "state": "planned",
    }
    plan: Plan = {"armings": [arming], "cameras": []}
    assert not trials(plan, Server())._is_free(trial("rtsp://x", 60.0))
    assert trials({"armings": [], "cameras": []}, Server())._is_free(trial("rtsp://x", 60.0))


@pytest.mark.parametrize(("status", "asked", "is_done"), [(409, 1, True), (503, 6, False)])
def test_a_server_that_is_away_is_asked_again_and_a_refusal_is_not(
    monkeypatch, tmp_path, status, asked, is_done
) -> None:
    monkeypatch.setattr("video.trials.RETRY_SECONDS", 0.0)
    server = Server(status)
    one = trials({"armings": [], "cameras": []}, server)
    one.recorder.spool = type("Spool", (), {"root": tmp_path})
    run_apart(lambda: one._run_one(trial("rtsp://x")))
    assert (len(server.calls), "t" in one.reported) == (asked, is_done)
