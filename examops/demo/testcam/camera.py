"""One camera on offer, and what a connection asks of the server that offers it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal, Protocol

from examops.demo.testcam.auth import Login
from examops.demo.testcam.source import Source

LineFault = Literal["none", "stall", "refuse"]


@dataclass(eq=False)
class Camera:
    """One source with its name, its faults and the connections that play it."""

    name: str
    source: Source
    fault: LineFault = "none"
    clock_skew_s: float = 0.0
    playing: set[asyncio.StreamWriter] = field(default_factory=set)


class CameraHost(Protocol):
    """The server as a connection sees it."""

    login: Login | None
    join_at_keyframe: bool

    def camera(self, name: str) -> Camera | None: ...
