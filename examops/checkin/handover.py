"""Waiting scans of a tablet that may not scan any more, sent by somebody on duty: nothing that waits is lost.

A tablet taken out of use opens no desk, so these addresses ask for the person alone.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from examops.accounts import DESK_ROLES, guarded, roles_only
from examops.checkin.blueprint import duty
from examops.checkin.door import Visitor
from examops.checkin.routes import compared, scanned
from examops.checkin.schemas import DeskPageAnswerSchema, IdentityAnswerSchema, IdentitySchema, ScanSchema
from examops.checkin.tablets import COOKIE, tablet_in_use
from examops.web.api import json_call

bp = guarded(Blueprint("handover", __name__, url_prefix="/desk/handover"), roles_only(*DESK_ROLES))


@bp.get("/")
def waiting() -> ResponseReturnValue:
    """What waits in this browser, or in a file from another one"""
    return render_template("checkin/handover.html")


@bp.post("/<uuid:session_uid>/scans")
@json_call(DeskPageAnswerSchema, takes=ScanSchema)
def scan_late(body: dict[str, Any], session_uid: UUID) -> dict[str, Any]:
    """A scan that waited, handed over"""
    by = _visitor()
    return scanned(session_uid, body, by, duty(), handed_over=by.tablet is None)


@bp.post("/<uuid:session_uid>/identity")
@json_call(IdentityAnswerSchema, takes=IdentitySchema)
def identity_late(body: dict[str, Any], session_uid: UUID) -> dict[str, Any]:
    """The answer to "the same person?" that waited, handed over"""
    return compared(session_uid, body["scan_uid"], body["same"], _visitor())


def _visitor() -> Visitor:
    return Visitor(g.user.id, tuple(g.grants), tablet_in_use(request.cookies.get(COOKIE)))
