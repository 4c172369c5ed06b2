"""How a name is shown to the reader: in full inside the body, masked to everybody else.

Inside are the body's coordinators and the people who may be on duty there. They tell people apart by name: two rows
that both read 邓* are one person to them. Whoever shows names writes the look down (docs/invariants.md 5.14).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from flask import g

from examops.accounts.roles import DESK_ROLES
from examops.web.formats import mask_name


class Named(Protocol):
    """A candidate or a member of the staff, as a row of one body."""

    @property
    def name(self) -> str: ...

    @property
    def body_id(self) -> int: ...


def is_inside(body_id: int | None) -> bool:
    """Whether the reader of this request works for that body, in a role that knows its people by name."""
    return body_id is not None and any(
        grant.body_id == body_id and grant.role in DESK_ROLES for grant in g.get("grants", ())
    )


def shown_name(row: Named) -> str:
    """The name as this reader may see it. ID numbers stay masked to everybody."""
    return row.name if is_inside(getattr(row, "body_id", None)) else mask_name(row.name)


FILTERS: dict[str, Callable[..., Any]] = {"shown_name": shown_name}
