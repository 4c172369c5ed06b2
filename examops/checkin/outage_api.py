"""``/api/v1/outages``: workstations and cameras out of service, told by the body's own upkeep of machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from flask import g
from sqlalchemy import select

from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, roles_only
from examops.checkin.outage_inputs import ApiTakeOutSchema, asked_for
from examops.checkin.outage_schemas import OutagesSchema, PutBackSchema, TakenOutSchema
from examops.checkin.outage_things import OutageLine, mark_of, outage_by_uid, standing_outages
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.extensions import clock
from examops.core.idempotency import run_idempotent
from examops.core.language import N_
from examops.core.transaction import retried, transaction
from examops.sessions.outages import BrokenSession, TakeOut, put_back, take_out
from examops.sites.models import CameraOutage, WorkstationOutage
from examops.web.api import IdempotencySchema, JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("outages_api", __name__, url_prefix="/api/v1", description="What is out of service"),
        roles_only("coordinator"),
    ),
)


class OutageBreaks(Conflict):
    code, message = "outage.breaks", N_("停用会影响已排的场次，还没有停用")
    advice = N_("看 params 里的场次；接受的，带上其中的 seen 再发")


@bp.get("/outages")
@bp.reads(OutagesSchema)
def list_outages() -> dict[str, Any]:
    """What is out of service now or will be, at the sites of the body."""
    return {"outages": [_line(one) for one in standing_outages(g.grants, clock().now())]}


def _line(line: OutageLine) -> dict[str, Any]:
    when = {"since": line.outage.during.lower, "until": line.outage.during.upper}
    what = {"name": line.name, "kind": "camera" if line.is_camera else "workstation"}
    who = {"reason": line.outage.reason, "entered_by": line.outage.entered_by}
    return {"uid": line.outage.uid, "site": line.site, "room": line.room, **what, **when, **who}


@bp.post("/outages")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ApiTakeOutSchema)
@bp.writes(TakenOutSchema, 404, 409)
def take_out_of_service(once: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Take workstations and cameras of one body out of service. What that breaks is refused with `outage.breaks` until
    it is asked again with the `seen` of that refusal: nobody loses a place unseen."""
    request = {name: str(value) for name, value in given.items()}

    def work() -> dict[str, Any]:
        with transaction():
            asked, actor = asked_for(dict(given), g.grants, clock().now()), current_actor()
            of = [*asked.stations, *asked.cameras][0]

            def done() -> dict[str, Any]:
                return _taken_out(asked, given["seen"])

            return run_idempotent(once["key"], ["outage", request], done, of=of, actor=actor, clock=clock())

    return retried(work)


def _taken_out(asked: TakeOut, seen: str) -> dict[str, Any]:
    broken = asked.breaks(rulebook(), clock().now())
    mark, told = mark_of(broken), [_broken(one) for one in broken]
    if seen != mark and (broken or seen):
        raise OutageBreaks(seen=mark, breaks=told)
    take_out(asked, actor=current_actor(), clock=clock(), rules=rulebook())
    return {"outages": [str(uid) for uid in _uids(asked)], "breaks": told}


def _broken(one: BrokenSession) -> dict[str, Any]:
    session = one.session
    named = {"session_uid": str(session.uid), "number": session.number, "title": str(session.title)}
    return {**named, "people": one.people, "stations": list(one.stations)}


def _uids(asked: TakeOut) -> Sequence[UUID]:
    """Of what stands in that time for these things: nothing else could, see ``AlreadyOut``."""
    queries = (
        (WorkstationOutage, WorkstationOutage.workstation_id, asked.stations),
        (CameraOutage, CameraOutage.camera_id, asked.cameras),
    )
    return [
        uid
        for table, thing, things in queries
        for uid in db.session.execute(
            select(table.uid)
            .where(thing.in_([one.id for one in things]), table.during.overlaps(asked.during))
            .order_by(table.id)
        ).scalars()
    ]


@bp.delete("/outages/<uuid:outage_uid>")
@bp.writes(PutBackSchema, 404, 409)
def put_in_service(outage_uid: UUID) -> dict[str, Any]:
    """In service again; 409 `outage.over` for an outage that has ended."""

    def work() -> int:
        with transaction():
            outage = outage_by_uid(outage_uid, g.grants)
            return len(put_back([outage], actor=current_actor(), clock=clock(), rules=rulebook()))

    return {"sessions": retried(work)}
