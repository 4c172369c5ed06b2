"""Privileges and row-level policies of a table, declared on its model.

``__table_args__ = (…, access(NO_DELETE))``. Nothing reads this at run time: `make migration` writes GRANT and POLICY
statements from it, and a guard test compares it with the installed database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Table

IN_SCOPE = (
    "(SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])"
    " OR district = ANY ((SELECT scope_districts())::text[])"
)


@dataclass(frozen=True)
class Rights:
    """Privileges as GRANT takes them, for the roles ``web`` and ``job``. Each gets the least that it needs."""

    web: tuple[str, ...]
    job: tuple[str, ...]


def both(*verbs: str) -> Rights:
    return Rights(verbs, verbs)


# No page deletes, except the few tables that say so with DELETED_BY_PAGES; jobs clear away.
EVERYTHING = Rights(("SELECT", "INSERT", "UPDATE"), ("SELECT", "INSERT", "UPDATE", "DELETE"))
DELETED_BY_PAGES = both("SELECT", "INSERT", "UPDATE", "DELETE")
NO_DELETE = both("SELECT", "INSERT", "UPDATE")
ADD_ONLY = both("SELECT", "INSERT")
NOTHING = both()


def access(rights: Rights = EVERYTHING, policies: dict[str, str] | None = None) -> dict[str, Any]:
    """The last item of ``__table_args__``.

    ``policies`` maps a policy's name to what follows ``ON table`` in CREATE POLICY; ``{}`` means a table that every
    signed-in person's queries reach. By default a table with ``body_id`` and ``district`` is read and written within
    the scope, and any other has no policy.
    """
    return {"info": {"rights": rights, "policies": policies}}


def rights_of(table: Table) -> Rights:
    rights: Rights = table.info.get("rights", EVERYTHING)
    return rights


def policies_of(table: Table) -> dict[str, str]:
    chosen: dict[str, str] | None = table.info.get("policies")
    if chosen is not None:
        return chosen
    return {"scope": f"USING ({IN_SCOPE})"} if {"body_id", "district"} <= set(table.c.keys()) else {}


def across_bodies(reason: str) -> dict[str, Any]:
    """``ForeignKey(…, info=across_bodies("why"))``: the one kind of key that may join rows of two bodies.

    A ForeignKeyConstraint takes it in the same way.
    """
    return {"across_bodies": reason}


def reason_across_bodies(key: ForeignKeyConstraint) -> str:
    """Why this key may join rows of two bodies; empty where it may not."""
    return str(key.info.get("across_bodies", "") or key.elements[0].info.get("across_bodies", ""))
