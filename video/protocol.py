"""What recorder and server tell each other (recorder protocol v1, docs/design/contracts.md). Fields may be added."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from video.recorder.clocks import parse_time

STALE_SECONDS = 10.0  # where an older server's plan does not say it
SNAPSHOT_SECONDS = 30.0


class PlannedArming(TypedDict):
    """The time in which a camera must record. ``start`` and ``end`` are RFC 3339; ``source`` is a URL without login."""

    arming_uid: str
    camera_uid: str
    source: str
    start: str
    end: str
    state: str


class CameraLogin(TypedDict):
    username: str
    password: str


class PlannedCamera(TypedDict):
    """``login``: as the people of the site entered it on a page; None or absent where they did not."""

    camera_uid: str
    login: NotRequired[CameraLogin | None]


class PlannedTrial(TypedDict):
    """A fitness trial to run now: pull the camera for ``seconds``; a pause beyond ``gap_ms`` is a gap."""

    trial_uid: str
    camera_uid: str
    source: str
    seconds: float
    gap_ms: float


class TrialMeasures(TypedDict):
    """What a trial measured. ``first_picture_ms`` from the first connection on; ``gap_ms`` is all time without a
    picture; ``clock_offset_ms``: the camera's clock minus ours, None where it does not say its time."""

    first_picture_ms: int
    seconds: float
    width: int
    height: int
    codec: str
    frames: int
    frames_per_second: float
    bytes_per_second: int
    gaps: int
    gap_ms: int
    longest_pause_ms: int
    lost_packets: int
    damaged_frames: int
    clock_offset_ms: int | None


class Plan(TypedDict):
    """``live``: cameras somebody watches; ``large``: those shown large, wanted at ``large_width`` pixels.

    ``released``: segments to upload after all. ``_seconds`` as in the rules.

    ``picture_seconds`` is the longest time for which one picture counts as footage. ``trials`` wait for this box.
    """

    armings: list[PlannedArming]
    cameras: list[PlannedCamera]
    snapshot_seconds: NotRequired[float]
    stale_seconds: NotRequired[float]
    picture_seconds: NotRequired[float]
    live: NotRequired[list[str]]
    large: NotRequired[list[str]]
    large_width: NotRequired[int]
    released: NotRequired[list[str]]
    trials: NotRequired[list[PlannedTrial]]


class CameraReport(TypedDict):
    """One camera in the health report. ``state``: ``recording``, ``connecting``, ``offline`` or ``idle``.

    ``skew_ms`` is the camera's clock minus ours; ``last_picture_at`` belongs to the present arming.
    """

    camera_uid: str
    state: str
    detail: str
    at: str
    skew_ms: int | None
    last_picture_at: str | None


class SpoolReport(TypedDict):
    """``faults``: what of the recorder does not work or was set aside, a line each. None: the disk does not say."""

    disk_fill_percent: float | None
    faults: list[str]


class HealthReport(TypedDict):
    cameras: list[CameraReport]
    spool: SpoolReport


class Upload(TypedDict):
    """One PUT to the store."""

    url: str
    headers: dict[str, str]


class SegmentResult(TypedDict):
    """``state``: ``announced`` (upload it), ``verified`` or ``quarantined`` (with ``error``)."""

    segment_uid: str
    state: str
    error: NotRequired[str | None]
    upload: NotRequired[Upload | None]


def no_plan() -> Plan:
    return {"armings": [], "cameras": []}


def as_plan(content: Any) -> Plan:
    """The plan that a server or file gave. Raises ValueError for anything without lists of armings and cameras."""
    has_lists = isinstance(content, dict) and all(isinstance(content.get(key), list) for key in ("armings", "cameras"))
    if not has_lists:
        raise ValueError("not a plan")
    plan: Plan = content
    return plan


def current_arming(plan: Plan, camera_uid: str, now: float) -> PlannedArming | None:
    """The arming of a camera that holds at ``now`` (seconds since 1970)."""
    for arming in plan["armings"]:
        fits = arming["camera_uid"] == camera_uid and arming["state"] in ("planned", "armed")
        if fits and parse_time(arming["start"]) <= now < parse_time(arming["end"]):
            return arming
    return None


def planned_login(plan: Plan, camera_uid: str) -> CameraLogin | None:
    """The login that the plan has for a camera, if it is whole."""
    for camera in plan["cameras"]:
        login = camera.get("login") if camera["camera_uid"] == camera_uid else None
        if login and all(isinstance(login.get(name), str) for name in ("username", "password")):
            return {"username": login["username"], "password": login["password"]}
    return None


def stale_seconds(plan: Plan) -> float:
    """How long a camera may send no picture before it counts as offline: the server's rule of the day."""
    return float(plan.get("stale_seconds") or STALE_SECONDS)
