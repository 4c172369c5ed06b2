"""Workstations out of service on the exam day: nobody is seated there, and who sits there is moved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, literal, select

from examops.sites.models import WorkstationOutage


def is_out(station: Any, during: Any) -> ColumnElement[bool]:
    """An SQL condition: this workstation is out of service at some moment of that time. Both are columns."""
    out = select(literal(1)).where(
        WorkstationOutage.workstation_id == station, WorkstationOutage.during.op("&&")(during)
    )
    return out.correlate_except(WorkstationOutage).exists()
