"""Whether a camera's picture is fit to be evidence: measures of a small grey picture, and the faults they show.

Grey pictures are (rows, 320) uint8. Thresholds come from the rules; see `config/rules/camera_health.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
GREY_WIDTH = 320
BLOCK = 16  # pixels of a square; part of what `flat` means, as is the next line
FLAT_STD = 3.0  # a square whose grey varies less than this shows nothing
OVERLAY = 0.1  # share of the height at top and bottom where cameras write clock and name


class Fault(StrEnum):
    """What may be wrong with a picture."""

    BLACK = "black"
    FROZEN = "frozen"
    BLURRED = "blurred"
    COVERED = "covered"
    MOVED = "moved"


@dataclass(frozen=True)
class Measures:
    """Numbers of one picture alone. `sharpness` is the variance of the Laplacian, `flat` a share of squares."""

    mean: float
    std: float
    sharpness: float
    flat: float


@dataclass(frozen=True)
class Reference:
    """How this camera looks when all is well: its own numbers and a picture to compare with."""

    measures: Measures
    grey: Grey


@dataclass(frozen=True)
class Change:
    """A picture against the reference: edges kept (share), and how far the view shifted, if that can be measured."""

    edges_kept: float
    inliers: int
    shift_px: float
    turn_degrees: float


@dataclass(frozen=True)
class Thresholds:
    """All limits, as the rules of a day have them: grey values 0 to 255, shares 0 to 1, pixels at a width of 320."""

    black_mean_max: float
    black_std_max: float
    frozen_motion_max: float
    blurred_sharpness_share_max: float
    blurred_flat_rise_max: float
    covered_flat_rise_min: float
    covered_mean_min: float
    moved_edges_kept_max: float
    moved_inliers_min: float
    moved_shift_px_max: float
    moved_turn_degrees_max: float

    @classmethod
    def of(cls, value_of: Callable[[str], float]) -> Thresholds:
        """From the rules: `value_of` gets full keys such as `camera_health.black_mean_max`."""
        return cls(**{item.name: float(value_of(f"camera_health.{item.name}")) for item in fields(cls)})


def small_grey(grey: Grey) -> Grey:
    """A grey picture of any size at 320 pixels width."""
    rows, columns = grey.shape
    size = GREY_WIDTH, grey_rows(columns, rows)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def grey_rows(columns: int, rows: int) -> int:
    """Rows of the grey picture of one of this size."""
    return max(BLOCK, round(rows * GREY_WIDTH / columns))


def measure(grey: Grey) -> Measures:
    shown = _without_overlays(grey)
    mean, std = cv2.meanStdDev(shown)
    _, edges = cv2.meanStdDev(cv2.Laplacian(shown, cv2.CV_32F))
    return Measures(float(mean.item()), float(std.item()), float(edges.item()) ** 2, _flat_share(shown))


def motion(grey: Grey, before: Grey) -> float:
    """How much two pictures differ, 0 to 1, without the lines where the clock ticks. Sizes must agree."""
    return float(cv2.absdiff(_without_overlays(grey), _without_overlays(before)).mean()) / 255


def learn(greys: Sequence[Grey]) -> Reference:
    """The reference of a camera from some good pictures (about nine): people who move vanish in the median."""
    middle = np.median(np.stack(greys), axis=0).astype(np.uint8)
    numbers = [measure(grey) for grey in greys]
    usual = Measures(*(float(np.median([getattr(n, item.name) for n in numbers])) for item in fields(Measures)))
    return Reference(usual, middle)


def compare(grey: Grey, reference: Reference) -> Change:
    """The picture against the camera's usual view."""
    inliers, shift, turn = _view_shift(_without_overlays(reference.grey), _without_overlays(grey))
    return Change(_edges_kept(_without_overlays(reference.grey), _without_overlays(grey)), inliers, shift, turn)


def assess_picture(
    measures: Measures,
    reference: Reference | None,
    thresholds: Thresholds,
    *,
    change: Change | None = None,
    moved: float | None = None,
) -> frozenset[Fault]:
    """Everything that is wrong with this picture; `moved` is its `motion` against the sample before.

    Without a reference only black and frozen can be found. One sample proves little: see `health_watch`.
    """
    if measures.mean <= thresholds.black_mean_max and measures.std <= thresholds.black_std_max:
        return frozenset({Fault.BLACK})  # nothing else can be seen in the dark
    found = set[Fault]()
    if moved is not None and moved <= thresholds.frozen_motion_max:
        found.add(Fault.FROZEN)
    if reference is not None and measures.mean >= thresholds.covered_mean_min:
        found |= _faults_against_reference(measures, reference, thresholds, change)
    return frozenset(found)


def _faults_against_reference(
    measures: Measures, reference: Reference, thresholds: Thresholds, change: Change | None
) -> set[Fault]:
    """At most one of covered, blurred and moved: each would set off the next."""
    rise = measures.flat - reference.measures.flat
    if rise >= thresholds.covered_flat_rise_min:
        return {Fault.COVERED}
    dull = measures.sharpness <= reference.measures.sharpness * thresholds.blurred_sharpness_share_max
    if dull and rise <= thresholds.blurred_flat_rise_max:
        return {Fault.BLURRED}
    if (
        change is not None
        and change.edges_kept < thresholds.moved_edges_kept_max
        and _is_other_view(change, thresholds)
    ):
        return {Fault.MOVED}
    return set()


def _is_other_view(change: Change, thresholds: Thresholds) -> bool:
    """Few edges kept may also mean many people; the fixed points of the room tell these apart."""
    if change.inliers < thresholds.moved_inliers_min:
        return True
    return (
        change.shift_px > thresholds.moved_shift_px_max or abs(change.turn_degrees) > thresholds.moved_turn_degrees_max
    )


def _without_overlays(grey: Grey) -> Grey:
    edge = round(grey.shape[0] * OVERLAY)
    return grey[edge : grey.shape[0] - edge]


def _flat_share(grey: Grey) -> float:
    rows, columns = grey.shape[0] // BLOCK, grey.shape[1] // BLOCK
    pixels = grey[: rows * BLOCK, : columns * BLOCK].astype(np.float32)
    size = columns, rows
    mean = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    squares = np.asarray(cv2.resize(pixels * pixels, size, interpolation=cv2.INTER_AREA))
    return float((squares - mean * mean < FLAT_STD**2).mean())


def _edges_kept(before: Grey, after: Grey) -> float:
    """Share of the reference's edges that are still there, give or take one pixel."""
    usual, now = cv2.Canny(before, 60, 140), cv2.Canny(after, 60, 140)
    near = np.asarray(cv2.dilate(now, np.ones((3, 3), np.uint8)))
    count = int(np.count_nonzero(usual))
    return float(np.count_nonzero((np.asarray(usual) > 0) & (near > 0))) / count if count else 1.0


def _view_shift(before: Grey, after: Grey) -> tuple[int, float, float]:
    """Matching points that agree on one movement, its length at the picture's centre, and its turn."""
    finder = cv2.ORB.create(400, fastThreshold=10)
    spots_a, marks_a = finder.detectAndCompute(before, None)
    spots_b, marks_b = finder.detectAndCompute(after, None)
    if marks_a is None or marks_b is None or min(len(spots_a), len(spots_b)) < 4:
        return 0, 0.0, 0.0
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(marks_a, marks_b)
    if len(pairs) < 4:
        return 0, 0.0, 0.0
    start = np.array([spots_a[p.queryIdx].pt for p in pairs], np.float32)
    end = np.array([spots_b[p.trainIdx].pt for p in pairs], np.float32)
    matrix, agreed = cv2.estimateAffinePartial2D(start, end, method=cv2.RANSAC, ransacReprojThreshold=2.0)
    if matrix is None:
        return 0, 0.0, 0.0
    centre = np.array([before.shape[1] / 2, before.shape[0] / 2])
    shift = float(np.linalg.norm(matrix[:, :2] @ centre + matrix[:, 2] - centre))
    return int(agreed.sum()), shift, float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
