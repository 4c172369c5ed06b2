"""Bodies of people: a pose and clothes become a few round blobs in the room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from examops.demo.testcam.model import Colour, Outfit, Posture
from examops.demo.testcam.view import Floats


@dataclass(frozen=True)
class Blob:
    """The hull around some balls: a ball is a head, two are a limb, four a trunk."""

    centres: Floats  # (N, 3) metres
    radii: Floats  # (N,) metres
    colour: Colour


@dataclass(frozen=True)
class Pose:
    """How a body is held at one moment. Hands are in metres ahead, to the right and up from the feet."""

    x: float
    y: float
    floor: float
    heading: float
    posture: Posture
    left_hand: tuple[float, float, float]
    right_hand: tuple[float, float, float]
    lean: float = 0.06  # metres the shoulders are ahead of the hips
    nod: float = 0.02
    stride: float = 0.0  # metres between the feet, negative for the other foot
    build: float = 1.0


def blobs(pose: Pose, outfit: Outfit) -> list[Blob]:
    """All parts of the body, not sorted."""
    if pose.posture == "lie":
        return _lying(pose, outfit)
    hip = 0.5 if pose.posture == "sit" else 0.93
    shoulder = hip + 0.5
    back = -0.1 if pose.posture == "sit" else 0.0
    parts = _legs(pose, outfit, hip, back)
    parts += [
        _part(
            pose,
            [
                (back, -0.1, hip),
                (back, 0.1, hip),
                (back + pose.lean * 0.45, -0.1, hip + 0.25),
                (back + pose.lean * 0.45, 0.1, hip + 0.25),
            ],
            [0.1, 0.1, 0.095, 0.095],
            _tint(outfit.top, 0.92),
        ),
        _part(
            pose,
            [
                (back + pose.lean * 0.4, -0.09, hip + 0.2),
                (back + pose.lean * 0.4, 0.09, hip + 0.2),
                (back + pose.lean, -0.15, shoulder - 0.02),
                (back + pose.lean, 0.15, shoulder - 0.02),
            ],
            [0.1, 0.1, 0.085, 0.085],
            outfit.top,
        ),
    ]
    for sign, hand in ((-1, pose.left_hand), (1, pose.right_hand)):
        parts += _arm(pose, outfit, (back + pose.lean, sign * 0.215, shoulder - 0.04), hand)
    return parts + _head(pose, outfit, back + pose.lean, shoulder)


def _legs(pose: Pose, outfit: Outfit, hip: float, back: float) -> list[Blob]:
    shoe = _tint(outfit.trousers, 0.6)
    parts = []
    for sign in (-1, 1):
        side = sign * 0.095
        step = sign * pose.stride / 2
        if pose.posture == "sit":
            knee, foot = (0.34, side * 1.2, 0.49), (0.3, side * 1.2, 0.07)
        else:
            knee, foot = (step * 0.55 + 0.03, side, 0.5), (step, side, 0.07 + max(0.0, -step) * 0.2)
        toe = (foot[0] + 0.13, foot[1], foot[2] - 0.02)
        parts += [
            _part(pose, [(back, side, hip), knee], [0.095, 0.07], outfit.trousers),
            _part(pose, [knee, foot], [0.068, 0.05], _tint(outfit.trousers, 0.9)),
            _part(pose, [foot, toe], [0.05, 0.04], shoe),
        ]
    return parts


def _arm(
    pose: Pose, outfit: Outfit, shoulder: tuple[float, float, float], hand: tuple[float, float, float]
) -> list[Blob]:
    start, end = np.array(shoulder), np.array(hand)
    reach = float(np.linalg.norm(end - start))
    drop = np.sqrt(max(0.0, 0.29**2 - (min(reach, 0.56) / 2) ** 2))
    outward = np.array([-0.35, np.sign(shoulder[1]) * 0.6, -0.75])
    elbow = (start + end) / 2 + outward * drop
    return [
        _part(pose, [shoulder, tuple(elbow)], [0.062, 0.05], _tint(outfit.top, 1.05)),
        _part(pose, [tuple(elbow), hand], [0.048, 0.036], _tint(outfit.top, 0.98)),
        _part(pose, [hand], [0.044], outfit.skin),
    ]


def _head(pose: Pose, outfit: Outfit, ahead: float, shoulder: float) -> list[Blob]:
    ahead, up = ahead + 0.03 + pose.nod, shoulder + 0.25 - pose.nod * 0.5
    parts = [
        _part(
            pose,
            [(ahead - 0.03, 0, shoulder + 0.02), (ahead - 0.01, 0, up - 0.04)],
            [0.058, 0.055],
            _tint(outfit.skin, 0.84),
        ),
        _part(pose, [(ahead + 0.02, 0, up - 0.035), (ahead + 0.015, 0, up + 0.02)], [0.082, 0.098], outfit.skin),
        _part(pose, [(ahead - 0.035, 0, up + 0.0), (ahead - 0.015, 0, up + 0.055)], [0.1, 0.1], outfit.hair),
    ]
    return parts + _hat(pose, outfit, ahead, up)


def _hat(pose: Pose, outfit: Outfit, ahead: float, up: float) -> list[Blob]:
    shade = _tint(outfit.hat_colour, 0.86)
    if outfit.hat == "helmet":
        brim = _ring(ahead + 0.015, up + 0.055, 0.148)
        dome = _ring(ahead - 0.005, up + 0.07, 0.127) + _ring(ahead - 0.005, up + 0.14, 0.1) + [(ahead, 0.0, up + 0.18)]
        return [_points(pose, brim, shade), _points(pose, dome, outfit.hat_colour)]
    if outfit.hat == "toque":
        band = _ring(ahead - 0.01, up + 0.05, 0.108) + _ring(ahead - 0.01, up + 0.16, 0.112)
        puff = _ring(ahead - 0.015, up + 0.15, 0.135) + _ring(ahead - 0.015, up + 0.27, 0.12)
        return [_points(pose, band, shade), _points(pose, puff, outfit.hat_colour)]
    if outfit.hat == "cap":
        crown = _ring(ahead - 0.01, up + 0.05, 0.115) + _ring(ahead - 0.01, up + 0.12, 0.085)
        return [_points(pose, crown, outfit.hat_colour)]
    if outfit.hat == "mask":
        shell = [(ahead + 0.1, s * 0.085, up + z) for s in (-1, 1) for z in (-0.14, 0.1)]
        shell += [(ahead + 0.03, s * 0.11, up + z) for s in (-1, 1) for z in (-0.1, 0.12)]
        return [_points(pose, shell, _tint(outfit.hat_colour, 0.9))]
    return []


def _ring(ahead: float, up: float, radius: float) -> list[tuple[float, float, float]]:
    turns = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    return [(ahead + radius * float(np.cos(t)), radius * float(np.sin(t)), up) for t in turns]


def _lying(pose: Pose, outfit: Outfit) -> list[Blob]:
    """Somebody on a bed: head at the back, a blanket over the rest."""
    chest = [(-0.45, -0.16, 0.08), (-0.45, 0.16, 0.08), (0.0, -0.15, 0.07), (0.0, 0.15, 0.07)]
    blanket = [(-0.1, -0.24, 0.04), (-0.1, 0.24, 0.04), (0.8, -0.2, 0.03), (0.8, 0.2, 0.03)]
    return [
        _part(pose, [(-0.72, 0, 0.1)], [0.1], outfit.skin),
        _part(pose, [(-0.79, 0, 0.11)], [0.1], outfit.hair),
        _part(pose, chest, [0.1] * 4, outfit.top),
        _part(pose, blanket, [0.13, 0.13, 0.1, 0.1], outfit.trousers),
        _part(pose, [pose.left_hand], [0.05], outfit.skin),
    ]


def _part(pose: Pose, centres: list[tuple[float, float, float]], radii: list[float], colour: Colour) -> Blob:
    return Blob(_placed(pose, centres), np.asarray(radii) * pose.build, colour)


def _points(pose: Pose, centres: list[tuple[float, float, float]], colour: Colour) -> Blob:
    return Blob(_placed(pose, centres), np.full(len(centres), 0.012), colour)


def _placed(pose: Pose, points: list[tuple[float, float, float]]) -> Floats:
    ahead, side, up = (np.array(points, dtype=np.float64) * pose.build).T
    cos, sin = np.cos(pose.heading), np.sin(pose.heading)
    return np.column_stack([pose.x + cos * ahead + sin * side, pose.y + sin * ahead - cos * side, pose.floor + up])


def _tint(colour: Colour, factor: float) -> Colour:
    return (min(255.0, colour[0] * factor), min(255.0, colour[1] * factor), min(255.0, colour[2] * factor))
