"""All timed jobs, from the manifests of the running application's domains.

``python -m scheduler list`` prints them. Read at each call, so that an application of other domains has their jobs.
"""

from __future__ import annotations

from examops.core.domain import JobSpec
from examops.core.extensions import registry


def timetable() -> tuple[JobSpec, ...]:
    """Every timed job of the application; needs its context."""
    return registry().timed_jobs()


def spec_named(name: str) -> JobSpec | None:
    return next((spec for spec in timetable() if spec.name == name), None)
