"""What capacity is asked about before it is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.dialects.postgresql import Range


@dataclass(frozen=True)
class Supposed:
    """Workstations and cameras, by inner number, that would be out of service, and in what time."""

    stations: Mapping[int, Range[datetime]] = field(default_factory=dict)
    cameras: Mapping[int, Range[datetime]] = field(default_factory=dict)


NOTHING = Supposed()
