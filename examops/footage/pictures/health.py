"""Is the picture on the wall fit to be evidence? Judged at every snapshot, remembered in the camera's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import cv2
import numpy as np

from config.rulebook import Rulebook
from examops.core.clock import Clock, today
from examops.footage.cameras.alarms import end_alarm, raise_alarm
from examops.footage.models import CameraState
from examops.sites.models import Camera
from video.health import Fault, Grey, Reference, Thresholds, assess_picture, compare, measure, motion, small_grey
from video.health_watch import Began, Hysteresis, Trace, WatchState, advance


def grey_of(jpeg: bytes) -> Grey | None:
    """The picture in grey, 320 wide; None when it is no readable JPEG."""
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    return small_grey(np.asarray(decoded, np.uint8)) if decoded is not None else None


def faults_of(grey: Grey, before: Grey | None, reference: Reference | None, thresholds: Thresholds) -> frozenset[Fault]:
    """What is wrong with this picture, beside the one before it and the camera's usual view (either may be missing)."""
    moved = motion(grey, before) if before is not None and before.shape == grey.shape else None
    fitting = reference if reference is not None and reference.grey.shape == grey.shape else None
    change = compare(grey, fitting) if fitting is not None else None
    return assess_picture(measure(grey), fitting, thresholds, change=change, moved=moved)


def thresholds_of(rulebook: Rulebook, clock: Clock) -> tuple[Thresholds, Hysteresis]:
    day = today(clock)
    samples = (int(rulebook.value(f"camera_health.samples_{name}", day)) for name in ("needed", "window", "calm"))
    return Thresholds.of(lambda key: rulebook.value(key, day)), Hysteresis(*samples)


def assess_snapshot(
    camera: Camera,
    state: CameraState,
    shown: frozenset[Fault],
    grey: Grey,
    at: datetime,
    hysteresis: Hysteresis,
    *,
    session_id: int | None,
    clock: Clock,
) -> None:
    """Remember the sample; raise an alarm when a fault begins, end it when it is over.

    Outside armed time a picture may be anything: faults end and are forgotten.
    """
    before = _remembered(state.snapshot_measures) if session_id is not None else WatchState()
    after, events = advance(before, shown if session_id is not None else frozenset(), at, hysteresis)
    for event in events:
        if isinstance(event, Began):
            raise_alarm(camera, event.fault, session_id=session_id, since=event.at, clock=clock)
        else:
            end_alarm(camera, event.fault, clock=clock)
    state.snapshot_measures = {**asdict(measure(grey)), "traces": _written(after)}
    condition = min(after.open_faults, default="ok")
    if state.condition != condition:
        state.condition, state.condition_since = condition, at


def _written(state: WatchState) -> dict[str, Any]:
    return {
        fault: {"open": trace.is_open, "samples": [[at.isoformat(), bad] for at, bad in trace.samples]}
        for fault, trace in state.traces.items()
    }


def _remembered(measures: Mapping[str, Any]) -> WatchState:
    traces = {}
    for name, kept in measures.get("traces", {}).items():
        samples = tuple((datetime.fromisoformat(at), bool(bad)) for at, bad in kept["samples"])
        traces[Fault(name)] = Trace(samples, bool(kept["open"]))
    return WatchState(traces)
