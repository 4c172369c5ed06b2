"""Everything that runs by itself, from the manifests of the running application's domains.

``python -m scheduler list`` prints it. Read when asked, so that an application of other domains has their timetable.
"""

from __future__ import annotations

from examops.core.domain import JobSpec
from examops.core.extensions import registry


def timetable() -> tuple[JobSpec, ...]:
    """Every timed job of the application; needs its context."""
    return registry().timed_jobs()


def spec_named(name: str) -> JobSpec | None:
    return next((spec for spec in timetable() if spec.name == name), None)
