"""When a fault begins and when it ends: N of the last M samples, with an explicit end. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from video.health import Fault


@dataclass(frozen=True)
class Hysteresis:
    """A fault begins with `needed` of the last `window` samples and ends after `calm` good ones in a row."""

    needed: int
    window: int
    calm: int


@dataclass(frozen=True)
class Began:
    fault: Fault
    at: datetime  # the first sample that showed it


@dataclass(frozen=True)
class Ended:
    fault: Fault
    at: datetime  # the first good sample


@dataclass(frozen=True)
class Trace:
    """What is remembered of one fault: samples (when, shown or not), newest last, and whether it is open."""

    samples: tuple[tuple[datetime, bool], ...] = ()
    is_open: bool = False


@dataclass(frozen=True)
class WatchState:
    """Memory of one camera. Start with `WatchState()` and keep what `advance` gives back."""

    traces: Mapping[Fault, Trace] = field(default_factory=dict)

    @property
    def open_faults(self) -> frozenset[Fault]:
        return frozenset(fault for fault, trace in self.traces.items() if trace.is_open)


def advance(
    state: WatchState, shown: frozenset[Fault], at: datetime, hysteresis: Hysteresis
) -> tuple[WatchState, list[Began | Ended]]:
    """Take in one judged sample; samples come in order of time."""
    traces: dict[Fault, Trace] = {}
    events: list[Began | Ended] = []
    for fault in Fault:
        before = state.traces.get(fault, Trace())
        keep = max(hysteresis.window, hysteresis.calm)
        samples = (*before.samples, (at, fault in shown))[-keep:]
        event = _event(fault, before.is_open, samples, hysteresis)
        traces[fault] = _next_trace(before, samples, event)
        events += [] if event is None else [event]
    return WatchState(traces), events


def _next_trace(before: Trace, samples: tuple[tuple[datetime, bool], ...], event: Began | Ended | None) -> Trace:
    if isinstance(event, Ended):
        return Trace()  # old bad samples must not help to begin the next one
    return Trace(samples, before.is_open or event is not None)


def _event(
    fault: Fault, is_open: bool, samples: tuple[tuple[datetime, bool], ...], hysteresis: Hysteresis
) -> Began | Ended | None:
    if is_open:
        last = samples[-hysteresis.calm :]
        over = len(last) == hysteresis.calm and not any(bad for _, bad in last)
        return Ended(fault, last[0][0]) if over else None
    bad_at = [at for at, bad in samples[-hysteresis.window :] if bad]
    return Began(fault, bad_at[0]) if len(bad_at) >= hysteresis.needed else None
