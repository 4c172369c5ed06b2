"""A camera's track: what goes in comes out, segments follow each other, every second is footage or a gap."""

import hashlib
import io
import itertools
import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import av
import pytest

from examops.footage.archive.container import is_recording
from tests.video.clips import TestClocks, pictures
from video.camera_session import CameraSession
from video.fmp4 import parse_index
from video.pictures import Picture
from video.recorder.atomic_files import write_json
from video.recorder.clocks import Clocks, format_time, parse_time
from video.recorder.run import Limits
from video.recorder.segment import WRITE_BYTES
from video.recorder.signing import Signer
from video.recorder.spool import Spool
from video.recorder.track import Track

CAMERA, ARMING = "c" * 8, "a" * 8


@pytest.fixture
def clocks() -> TestClocks:
    return TestClocks()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def make_track(spool: Spool, clocks: TestClocks, armed_for: float = 60.0, **limits) -> Track:
    start = clocks.wall()
    pair = Clocks(clocks.monotonic, clocks.wall)
    chosen = Limits(**({"segment": 4.0, "forced": 6.0} | limits))
    return Track(spool, Signer.new(), CAMERA, ARMING, (start, start + armed_for), pair, chosen)


def feed(track: Track, clocks: TestClocks, given) -> None:
    for picture in given:
        clocks.mono = picture.arrived
        track.on_picture(picture)


def sidecars(spool: Spool) -> list[dict]:
    return [item.sidecar for item in spool.closed_segments()]


def decoded_frames(data: bytes) -> int:
    with av.open(io.BytesIO(data)) as file:
        return sum(1 for _ in file.decode(video=0))


def test_every_picture_that_goes_in_comes_out_over_several_files(spool, clocks) -> None:
    track = make_track(spool, clocks)
    given = pictures()
    feed(track, clocks, given)
    track.end_arming()
    files = list(spool.closed_segments())
    assert len(files) == 3
    assert sum(decoded_frames(item.path.read_bytes()) for item in files) == len(given)
    assert sum(item.sidecar["frames"] for item in files) == len(given)


def test_segments_of_a_run_touch_and_their_decode_times_go_on(spool, clocks) -> None:
    track = make_track(spool, clocks)
    feed(track, clocks, pictures())
    track.end_arming()
    notes = sidecars(spool)
    assert [note["sequence"] for note in notes] == [0, 1, 2]
    assert all(first["end"] == second["start"] for first, second in itertools.pairwise(notes))
    indexes = [parse_index(item.path.read_bytes()) for item in spool.closed_segments()]
    assert [index.fragments[0].base_ticks for index in indexes] == [0, 360_000, 720_000]
    assert [note["media_start_ticks"] for note in notes] == [0, 360_000, 720_000]


def test_sidecars_are_chained_and_name_every_fragment(spool, clocks) -> None:
    track = make_track(spool, clocks)
    feed(track, clocks, pictures())
    track.end_arming()
    notes = sidecars(spool)
    assert notes[0]["previous_digest"] == ""
    assert len({note["previous_digest"] for note in notes}) == 3
    data = next(spool.closed_segments()).path.read_bytes()
    for offset, length, key_offset, key_length, *_ in notes[0]["fragments"]:
        assert data[offset + 4 : offset + 8] == b"moof"
        assert offset < key_offset < key_offset + key_length <= offset + length
        assert data[key_offset + 4] & 31 == 5


def test_a_camera_that_starts_late_leaves_a_gap_with_its_reason(spool, clocks) -> None:
    track = make_track(spool, clocks)
    feed(track, clocks, pictures(arrived=clocks.mono + 20, seconds=4))
    (gap,) = spool.pending_gaps()
    assert gap["reason"] == "late_start"
    assert parse_time(gap["end"]) - parse_time(gap["start"]) == pytest.approx(20, abs=0.01)


def test_a_box_speaks_of_no_time_before_it_was_told(spool, clocks) -> None:
    """A replaced box with an empty spool must not declare missing what the other one has recorded."""
    start = clocks.wall()
    clocks.mono += 600
    pair = Clocks(clocks.monotonic, clocks.wall)
    track = Track(spool, Signer.new(), CAMERA, ARMING, (start, start + 3600), pair, told_at=clocks.wall())
    feed(track, clocks, pictures(arrived=clocks.mono + 5, seconds=4))
    (gap,) = spool.pending_gaps()
    assert parse_time(gap["start"]) == pytest.approx(start + 600, abs=0.01)
    assert parse_time(gap["end"]) == pytest.approx(start + 605, abs=0.01)


def told_at(clocks: TestClocks, looks: list[tuple[float, list[str]]]) -> float:
    """When a session of a camera counts as told of the arming that holds at the last of these looks at the plan."""
    start = clocks.wall()

    def arming(uid: str) -> dict:
        begins = start + 100 * (uid == "next")
        times = {"start": format_time(begins), "end": format_time(start + 1000)}
        return {"arming_uid": uid, "camera_uid": CAMERA, "state": "armed", **times}

    recorder = SimpleNamespace(clocks=Clocks(clocks.monotonic, clocks.wall), plan=None)
    session = CameraSession(CAMERA, recorder)  # type: ignore[arg-type]  no more of it is used
    for seconds, uids in looks:
        clocks.mono = 1000.0 + seconds
        recorder.plan = {"cameras": [], "armings": [arming(uid) for uid in uids]}
        session._arming()
    return session._told_at - start


def test_a_box_was_told_when_it_last_looked_and_knew_nothing() -> None:
    assert told_at(TestClocks(), [(300, ["now"])]) == pytest.approx(300)  # began late
    assert told_at(TestClocks(), [(98, ["next"]), (99, ["next"]), (101, ["next"])]) == pytest.approx(99)  # in time
    assert told_at(TestClocks(), [(300, []), (301, ["now"]), (302, ["now"])]) == pytest.approx(300)  # planned late
    assert told_at(TestClocks(), [(99, ["now"]), (101, ["next"])]) == pytest.approx(99)  # one after the other


def test_a_break_closes_the_run_and_the_gap_carries_the_error(spool, clocks) -> None:
    track = make_track(spool, clocks)
    feed(track, clocks, pictures(seconds=4))
    track.end_run("timeout")
    feed(track, clocks, pictures(arrived=clocks.mono + 15, seconds=4))
    track.end_arming()
    (gap,) = spool.pending_gaps()
    assert gap["reason"] == "timeout"
    assert len({note["run_uid"] for note in sidecars(spool)}) == 2
    assert sidecars(spool)[0]["end_reason"] == "timeout"


@pytest.mark.parametrize("at", [40, 47])  # on a keyframe, and inside a group
@pytest.mark.parametrize("step", [5.0, 30.0, -5.0, -30.0, -3600.0])
def test_a_wall_clock_that_is_set_loses_no_picture(spool, clocks, step: float, at: int) -> None:
    track = make_track(spool, clocks, armed_for=100.0)
    given = pictures()
    feed(track, clocks, given[:at])
    clocks.step = step
    feed(track, clocks, given[at:])
    track.end_run("timeout")
    files = sorted(spool.closed_segments(), key=lambda item: item.sidecar["sequence"])
    assert sum(decoded_frames(item.path.read_bytes()) for item in files) == len(given)
    runs = {item.sidecar["run_uid"]: item.sidecar["end"] for item in files}
    assert len(runs) == 2  # one from keyframe to keyframe, and the rest in one piece
    gaps = [(gap["reason"], parse_time(gap["end"]) - parse_time(gap["start"])) for gap in spool.pending_gaps()]
    assert gaps == ([("clock_step", pytest.approx(step, abs=0.1))] if step > 0 else [])


def test_after_a_clock_set_back_footage_has_the_new_time_and_a_later_gap_is_whole(spool, clocks) -> None:
    track = make_track(spool, clocks, armed_for=600.0)
    given = pictures()
    feed(track, clocks, given[:40])
    clocks.step = -30.0
    feed(track, clocks, given[40:])
    ended = clocks.wall()
    track.end_run("timeout")
    feed(track, clocks, pictures(arrived=clocks.mono + 50, seconds=4))
    (gap,) = spool.pending_gaps()
    assert parse_time(gap["start"]) == pytest.approx(ended, abs=0.2)
    assert parse_time(gap["end"]) - parse_time(gap["start"]) == pytest.approx(50, abs=0.2)


def test_without_keyframes_the_segment_is_cut_all_the_same_and_says_so(spool, clocks) -> None:
    track = make_track(spool, clocks, segment=2.0, forced=3.0, fragment=1.0)
    feed(track, clocks, pictures(gop=1000))
    track.end_arming()
    notes = sidecars(spool)
    assert len(notes) >= 3
    assert [note["leans_on_previous"] for note in notes] == [False] + [True] * (len(notes) - 1)
    assert notes[1]["fragments"][0][7] is False


def test_new_parameters_at_a_keyframe_begin_a_new_run(spool, clocks) -> None:
    track = make_track(spool, clocks)
    feed(track, clocks, pictures(seconds=4))
    feed(track, clocks, pictures(arrived=clocks.mono + 0.1, seconds=4, size=(640, 360)))
    track.end_arming()
    assert [(note["width"], note["end_reason"]) for note in sidecars(spool)] == [
        (320, "codec_change"),
        (640, "session_end"),
    ]
    assert spool.pending_gaps() == []


def test_parameters_that_come_again_unchanged_change_nothing_and_another_pps_does(spool, clocks) -> None:
    track = make_track(spool, clocks)
    first = pictures(seconds=4)
    later = pictures(arrived=first[-1].arrived + 0.1, seconds=4)
    params = later[0].params
    assert params is not None
    changed = [replace(one, params=replace(params, pps=params.pps + b"\1")) if one.is_key else one for one in later]
    feed(track, clocks, first)
    feed(track, clocks, changed)
    track.end_arming()
    assert [note["end_reason"] for note in sidecars(spool)] == ["codec_change", "session_end"]
    heads = {item.path.read_bytes()[: item.sidecar["init_length"]] for item in spool.closed_segments()}
    assert len(heads) == 2


def test_a_stream_that_begins_between_keyframes_is_recorded_from_its_first_keyframe(spool, clocks) -> None:
    track = make_track(spool, clocks)
    start = clocks.wall()
    feed(track, clocks, pictures(arrived=clocks.mono, seconds=8)[7:])  # keyframes each two seconds
    track.end_arming()
    first = sidecars(spool)[0]
    assert parse_time(first["start"]) - start == pytest.approx(2.0, abs=0.01)
    assert decoded_frames(next(spool.closed_segments()).path.read_bytes()) == first["frames"]
    assert [gap["reason"] for gap in spool.pending_gaps()] == ["late_start"]


@pytest.mark.parametrize("rate", [1.00002, 1.0005, 25 / 21])
def test_segments_keep_our_time_whatever_the_cameras_clock_runs_like(spool, clocks, rate: float) -> None:
    """Two hours; the camera counts its own seconds, faster than ours by 20 ppm, 500 ppm, and 25 for 21."""
    track = make_track(spool, clocks, armed_for=7300, segment=60.0, forced=90.0)
    start, (key, *_) = clocks.wall(), pictures()
    tiny = replace(key, nals=(key.nals[0][:40],))
    shown = (replace(tiny, ticks=round(n * 2 * 90_000 * rate), arrived=1000.0 + n * 2) for n in range(3601))
    feed(track, clocks, shown)
    track.end_arming()
    notes = sidecars(spool)
    assert len(notes) >= 115
    assert all(one["end"] == two["start"] for one, two in itertools.pairwise(notes))
    assert all(note["wall_duration_ms"] <= 62_000 for note in notes[:-1])
    assert parse_time(notes[0]["start"]) == pytest.approx(start, abs=0.01)
    assert parse_time(notes[-1]["end"]) - start == pytest.approx(7200, abs=2.5)


def bursts(clocks: TestClocks, *, stamps_pause: bool, count: int = 60) -> list[Picture]:
    """One second of pictures at 10 a second, then nothing for nine; the camera's stamps pause too, or go on."""
    shown = pictures(seconds=12)
    out = []
    for second in range(count):
        for number in range(10):
            at, source = second * 10.0 + number / 10, shown[20 * (number == 0 and second % 3 == 0) + 1 + number]
            key = shown[0] if number == 0 and second % 3 == 0 else source
            ticks = round((at if stamps_pause else second + number / 10) * 90_000)
            out.append(replace(key, ticks=ticks, arrived=clocks.mono + at))
    return out


@pytest.mark.parametrize("stamps_pause", [True, False])
def test_a_picture_stands_for_no_longer_than_it_may(spool, clocks, stamps_pause: bool) -> None:
    """One second of ten for ten minutes is a minute of footage, not ten."""
    track = make_track(spool, clocks, armed_for=600.0, segment=60.0, forced=90.0)
    start, given = clocks.wall(), bursts(clocks, stamps_pause=stamps_pause)
    feed(track, clocks, given)
    clocks.mono = 1600.0
    track.end_arming()
    notes, gaps = sidecars(spool), spool.pending_gaps()
    assert sum(note["frames"] for note in notes) == len(given)  # none is lost, keyframe or not
    footage = sum(note["wall_duration_ms"] for note in notes) / 1000
    assert 60 <= footage <= 60 * 1.35
    assert sum(note["media_duration_ms"] for note in notes) / 1000 <= footage + 1
    assert {(gap["reason"], gap["detail"][:7]) for gap in gaps[:-1]} == {("timeout", "stalled")}
    spans = sorted((parse_time(one["start"]), parse_time(one["end"])) for one in (*notes, *gaps))
    assert all(abs(one[1] - two[0]) < 1.01 for one, two in itertools.pairwise(spans))
    assert spans[-1][1] - start == pytest.approx(600, abs=1.01)


def test_pictures_that_were_held_up_on_the_way_for_two_seconds_are_no_gap(spool, clocks) -> None:
    track = make_track(spool, clocks)
    given = pictures()
    late = [replace(one, arrived=max(one.arrived, 1006.0)) if one.arrived > 1004 else one for one in given]
    feed(track, clocks, late)
    track.end_arming()
    assert spool.pending_gaps()[:-1] == []


@pytest.mark.parametrize("every", [0.5, 1.0, 2.0])
def test_a_slow_camera_is_no_stalled_one(spool, clocks, every: float) -> None:
    track = make_track(spool, clocks, armed_for=100.0)
    key = pictures()[0]
    feed(track, clocks, [replace(key, ticks=round(n * every * 90_000), arrived=1000 + n * every) for n in range(40)])
    assert spool.pending_gaps() == []


def test_a_long_gap_is_written_down_while_it_lasts(spool, clocks) -> None:
    track = make_track(spool, clocks, armed_for=600)
    track.end_run("refused")
    clocks.mono += 61
    track.record_long_gap()
    (gap,) = spool.pending_gaps()
    assert gap["reason"] == "refused"


def test_armed_time_is_whole_whatever_happens(spool, clocks) -> None:
    """Random breaks: footage and gaps together cover the armed time, up to seams of a second."""
    rng = random.Random(7)
    track = make_track(spool, clocks, armed_for=120)
    start = clocks.wall()
    while clocks.wall() < start + 118:
        feed(track, clocks, pictures(arrived=clocks.mono + rng.uniform(0, 9), seconds=rng.choice((2, 4, 12))))
        track.end_run(rng.choice(("timeout", "session_end", "auth_failed")))
    clocks.mono += 30
    track.end_arming()
    spans = [(parse_time(n["start"]), parse_time(n["end"])) for n in (*sidecars(spool), *spool.pending_gaps())]
    at = start
    for first, last in sorted(spans):
        assert first - at <= 1.01
        at = max(at, last)
    assert at >= start + 120 - 1.01


def test_a_fragment_is_written_while_it_goes_on_and_reads_as_one_made_at_once(spool, clocks) -> None:
    """No group of pictures waits in memory; one `moof` and one `mdat` each, and the room that is left is free space."""
    track, given = make_track(spool, clocks, segment=60.0, forced=90.0), pictures(size=(1280, 720), gop=40)
    feed(track, clocks, given[:39])
    assert track.segment is not None
    assert track.segment.size > 0.5 * sum(len(nal) for picture in given[:39] for nal in picture.nals)
    assert max(map(len, track.segment._unwritten)) < WRITE_BYTES
    feed(track, clocks, given[39:])
    track.end_arming()
    (item,) = spool.closed_segments()
    data = item.path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == item.sidecar["sha256"]
    index = parse_index(data)
    assert [list(row[:4]) for row in item.sidecar["fragments"]] == [
        [part.offset, part.length, part.first_offset, part.first_length] for part in index.fragments
    ]
    assert is_recording(lambda at, size: data[at : at + size], index.init_length, item.sidecar["fragments"])
    assert data.count(b"free") == len(index.fragments) == 3
    assert decoded_frames(data) == len(given)


def test_a_fragment_without_room_for_more_pictures_ends_there(spool, clocks, monkeypatch) -> None:
    monkeypatch.setattr("video.recorder.segment.FIRST_SAMPLES", 2)
    monkeypatch.setattr("video.recorder.segment.MIN_SAMPLES", 8)
    track, given = make_track(spool, clocks, segment=60.0, forced=90.0), pictures()
    feed(track, clocks, given)
    track.end_arming()
    (item,) = spool.closed_segments()
    rows = item.sidecar["fragments"]
    assert [(row[6], row[7]) for row in rows[:4]] == [(8, True), (12, False), (20, True), (20, True)]
    assert sum(row[6] for row in rows) == decoded_frames(item.path.read_bytes()) == len(given)


def test_what_a_kill_left_open_is_kept_up_to_its_last_whole_fragment(spool, clocks) -> None:
    track = make_track(spool, clocks, segment=60.0, forced=90.0)
    feed(track, clocks, pictures())
    part = next(spool.root.glob("*/*.part"))
    with part.open("ab") as file:
        file.write(b"\0\0\1\0moofhalf of a fragment")
    fresh = Spool(spool.root)
    assert fresh.salvage(Signer.new()) == 1
    (note,) = sidecars(fresh)
    data = next(fresh.closed_segments()).path.read_bytes()
    assert note["salvaged"] is True
    assert note["bytes"] == len(data)
    assert decoded_frames(data) == note["frames"] == 100  # five of six groups were on disk
    assert fresh.covered_until(CAMERA, ARMING) == pytest.approx(parse_time(note["end"]), abs=0.01)


def test_after_a_kill_the_missing_time_is_a_gap_named_restart(spool, clocks) -> None:
    track = make_track(spool, clocks, segment=60.0, forced=90.0)
    armed = track.armed
    feed(track, clocks, pictures())
    fresh = Spool(spool.root)
    fresh.salvage(Signer.new())
    pair = Clocks(clocks.monotonic, clocks.wall)
    again = Track(fresh, Signer.new(), CAMERA, ARMING, armed, pair, Limits())
    feed(again, clocks, pictures(arrived=clocks.mono + 8, seconds=4))
    (gap,) = fresh.pending_gaps()
    assert gap["reason"] == "restart"
    assert gap["start"] == sidecars(fresh)[0]["end"]


def test_a_half_written_gap_at_the_end_of_the_journal_is_dropped_at_the_next_start(spool) -> None:
    spool.append_gap(CAMERA, ARMING, 0, 5, "timeout")
    with (spool.root / "gaps.jsonl").open("a") as file:
        file.write('{"gap_uid": "cut sho')
    fresh = Spool(spool.root)
    fresh.append_gap(CAMERA, ARMING, 5, 9, "refused")
    assert [gap["reason"] for gap in fresh.pending_gaps()] == ["timeout", "refused"]


def test_a_segment_released_by_the_server_waits_for_its_upload_again(spool, clocks) -> None:
    track = make_track(spool, clocks)
    feed(track, clocks, pictures())
    track.end_arming()
    first, second, third = spool.closed_segments()
    for item, state in ((first, "verified"), (second, "quarantined"), (third, "quarantined")):
        write_json(item.state_file, {"state": state, "at": format_time(clocks.wall()), "error": None})
    released = {item.sidecar["segment_uid"] for item in (first, second)}
    assert (spool.release_quarantined(released), spool.release_quarantined(released)) == (1, 0)
    assert [item.sidecar["segment_uid"] for item in spool.pending_uploads()] == [second.sidecar["segment_uid"]]
