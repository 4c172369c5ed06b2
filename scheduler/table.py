"""All timed jobs, from the manifests of all domains; ``python -m scheduler list`` prints it."""

from __future__ import annotations

from examops.app.domains import registry
from examops.core.domain import JobSpec

TABLE: tuple[JobSpec, ...] = registry().timed_jobs()


def spec_named(name: str) -> JobSpec | None:
    return next((spec for spec in TABLE if spec.name == name), None)
