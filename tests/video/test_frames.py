"""Frames out of stored footage: exact moments, one read each, nothing hidden."""

import hashlib
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from examops.demo.testcam import synthetic_clip
from tests.video.fragments import stored_segment
from video.decoding import KeyframeDecoder, PictureScaler, extradata_of
from video.frames import Fragment, keyframe_jpeg, sample_times, strip
from video.health import measure

START_MS = 1_795_398_067_000


@pytest.fixture(scope="module")
def segment(tmp_path_factory):
    clip = synthetic_clip(width=1280, height=720, fps=5, gop=10, bitrate=1_000_000, seconds=4)
    return stored_segment(clip, tmp_path_factory.mktemp("footage"), 30)


@pytest.fixture
def reads(segment):
    segment.reads.clear()
    return segment.reads


def picture(jpeg):
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def cut(made):
    return [made.images[row["offset"] : row["offset"] + row["length"]] for row in made.index["frames"]]


def test_moments_are_exact_over_a_long_exam():
    moments = list(sample_times(Fraction(3 * 3600), Fraction(1, 3)))
    assert (len(moments), moments[-1]) == (32_400, Fraction(32_399, 3))


def test_the_end_belongs_to_the_next_segment():
    assert list(sample_times(Fraction(30))) == [0, 10, 20]
    assert list(sample_times(Fraction(3))) == [0]
    assert list(sample_times(Fraction(0))) == []


def test_keyframe_becomes_a_picture_of_640_pixels(segment):
    first = Fragment.of(segment.sidecar["fragments"][0])
    init = segment.data[: segment.sidecar["init_length"]]
    sample = segment.data[first.keyframe_offset : first.keyframe_offset + first.keyframe_length]
    frame = keyframe_jpeg(extradata_of(init), sample)
    assert picture(frame.jpeg).shape == (360, 640, 3)
    assert frame.grey.shape == (180, 320)


def test_colours_survive(segment):
    """testsrc2 shows full red, green and blue; a wrong matrix or plane order would lose one of them."""
    made = strip(segment.fetch, segment.sidecar, START_MS)
    pixels = picture(cut(made)[0]).reshape(-1, 3).astype(int)
    for strong in range(3):
        others = [channel for channel in range(3) if channel != strong]
        assert ((pixels[:, strong] > 180) & (pixels[:, others].max(axis=1) < 90)).sum() > 100


def test_index_offsets_cut_real_jpegs(segment):
    made = strip(segment.fetch, segment.sidecar, START_MS)
    assert len(made.images) == sum(row["length"] for row in made.index["frames"])
    for row, jpeg in zip(made.index["frames"], cut(made), strict=True):
        assert picture(jpeg).shape == (360, 640, 3)
        assert row["sha256"] == hashlib.sha256(jpeg).hexdigest()


def test_one_frame_every_ten_seconds_at_the_time_it_was_taken(segment):
    made = strip(segment.fetch, segment.sidecar, START_MS)
    assert [row["t_ms"] - START_MS for row in made.index["frames"]] == [0, 10_000, 20_000]
    assert made.index["every_s"] == 10


def test_times_follow_the_wall_clock_when_the_camera_runs_slow(segment):
    sidecar = {**segment.sidecar, "wall_duration_ms": 36_000}
    made = strip(segment.fetch, sidecar, START_MS)
    assert [row["t_ms"] - START_MS for row in made.index["frames"]] == [0, 12_000, 24_000]


def test_a_sample_is_one_read_of_its_keyframe(segment, reads):
    strip(segment.fetch, segment.sidecar, START_MS)
    wanted = [Fragment.of(segment.sidecar["fragments"][index]) for index in (0, 5, 10)]
    expected = [(fragment.keyframe_offset, fragment.keyframe_length) for fragment in wanted]
    assert reads == [(0, segment.sidecar["init_length"]), *expected]


def test_torn_keyframe_is_counted_and_the_others_are_kept(segment):
    torn = Fragment.of(segment.sidecar["fragments"][5])

    def fetch(offset, length):
        data = segment.fetch(offset, length)
        return data[: length // 3] + bytes(length - length // 3) if offset == torn.keyframe_offset else data

    made = strip(fetch, segment.sidecar, START_MS)
    assert made.undecodable == made.index["undecodable"] == 1
    assert [row["t_ms"] - START_MS for row in made.index["frames"]] == [0, 20_000]
    assert all(picture(jpeg) is not None for jpeg in cut(made))


def test_fragment_that_leans_on_another_is_never_sampled(segment):
    rows = [[*row[:7], index not in (0, 5)] for index, row in enumerate(segment.sidecar["fragments"])]
    made = strip(segment.fetch, {**segment.sidecar, "fragments": rows}, START_MS)
    assert [row["t_ms"] - START_MS for row in made.index["frames"]] == [2_000, 8_000, 20_000]


def test_moments_without_any_keyframe_are_counted(segment):
    rows = [[*row[:7], False] for row in segment.sidecar["fragments"]]
    made = strip(segment.fetch, {**segment.sidecar, "fragments": rows}, START_MS)
    assert (made.images, made.index["frames"], made.without_keyframe) == (b"", [], 3)


def test_motion_is_told_against_the_frame_before(segment):
    first = strip(segment.fetch, segment.sidecar, START_MS)
    grey = cv2.resize(cv2.cvtColor(picture(cut(first)[0]), cv2.COLOR_BGR2GRAY), (320, 180))
    again = strip(segment.fetch, segment.sidecar, START_MS, before=grey)
    assert first.index["frames"][0]["motion"] is None
    assert 0 <= again.index["frames"][0]["motion"] < 0.1


def test_bytes_that_are_no_picture_are_refused(segment):
    extradata = extradata_of(segment.data[: segment.sidecar["init_length"]])
    with pytest.raises(ValueError, match="keyframe"):
        keyframe_jpeg(extradata, b"\0\0\0\5nonsense")
    with pytest.raises(ValueError, match="no avcC"):
        extradata_of(b"\0\0\0\x10ftypisom\0\0\0\0")


@pytest.mark.parametrize(("layout", "black", "white"), [("yuv420p", 16, 235), ("yuvj420p", 0, 255)])
def test_black_and_white_are_so_in_either_range(layout, black, white):
    frame = av.VideoFrame(1280, 720, layout)
    for plane, value in zip(frame.planes, (0, 128, 128), strict=True):
        lines = np.full((plane.height, plane.line_size), value, np.uint8)
        if plane.width == 1280:
            lines[:, :640], lines[:, 640:] = black, white
        plane.update(lines)
    small = PictureScaler()
    grey, colours = small.grey(frame, 320, 180), small.bgr(frame, 640)
    for made, middle in ((grey, 160), (colours, 320)):
        assert made[:, : middle - 4].max() <= 3
        assert made[:, middle + 4 :].min() >= 252


def test_the_grey_picture_is_the_average_of_its_pixels(segment):
    """As OpenCV's area filter has it: a reference learned with that stays good."""
    frame, _ = decoded(segment)
    luma = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(frame.height, -1)[:, : frame.width]
    large = luma.astype(np.float32)
    if frame.color_range != 2:
        large = (large.clip(16, 235) - 16) * 255 / 219
    wanted = cv2.resize(large, (320, 180), interpolation=cv2.INTER_AREA)
    assert np.abs(PictureScaler().grey(frame, 320, 180).astype(float) - wanted).max() <= 2


def test_a_draft_shows_and_measures_the_same(segment):
    (whole, draft), small = decoded(segment), PictureScaler()
    wanted, found = (measure(small.grey(frame, 320, 180)) for frame in (whole, draft))
    assert found.sharpness == pytest.approx(wanted.sharpness, rel=0.1)
    assert (found.mean, found.std) == pytest.approx((wanted.mean, wanted.std), abs=0.5)
    assert found.flat == pytest.approx(wanted.flat, abs=0.03)
    assert np.abs(small.bgr(whole, 640).astype(int) - small.bgr(draft, 640)).mean() < 2


def decoded(segment):
    """The first keyframe, whole and as a draft."""
    first = Fragment.of(segment.sidecar["fragments"][0])
    extradata = extradata_of(segment.data[: segment.sidecar["init_length"]])
    sample = segment.data[first.keyframe_offset : first.keyframe_offset + first.keyframe_length]
    return [KeyframeDecoder(extradata, is_draft=is_draft).decode(sample) for is_draft in (False, True)]
