"""Whoever asks: handing a request in, finding one's own, proving it. Nothing here reads the register of entities."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict, DomainError, NotFound
from examops.core.language import N_
from examops.core.locking import lock_all
from examops.core.scope import Scope
from examops.offices import checked
from examops.organisations.credit_code import ALPHABET, read_credit_code
from examops.organisations.inputs import OF_THE_CITY
from examops.organisations.openings.models import OpeningDocument, OpeningRequest
from examops.organisations.openings.proving import CodeIsOver, follow, prove, send_code
from examops.organisations.openings.states import UNPROVEN
from examops.organisations.openings.tags import Tag

# Requests alone are read in it, each by what only its applicant has.
OWN = Scope(districts=OF_THE_CITY)
APPLICANT = Actor.system(N_("开户申请人"))
NUMBER_LENGTH = 10  # of 31 characters: with a limit on tries nobody meets one by chance
AS_GIVEN = ("name", "representative", "kind", "district", "address", "telephone", "person")


class NoSuchRequest(NotFound):
    """Neither number nor mobile alone tells anything."""

    code, message = "opening.not_found", N_("没有这样的申请：编号和手机号要都对，没有验证的过一天就删除")
    advice = N_("照提交时页面上的编号写；找不到的重新申请")


class HandedIn(Conflict):
    code, message = "opening.handed_in", N_("这张表已经交过，改过的没有保存")
    advice = N_("在“查申请”里看进度；要改的，等区里退回，或到区人社局说明")


def hand_in(
    given: Mapping[str, Any],
    document: OpeningDocument,
    before: OpeningRequest | None,
    channel: str,
    *,
    clock: Clock,
    rules: Rulebook,
) -> OpeningRequest:
    """``given`` by ``ApplySchema``; ``before`` is the returned one that it corrects. The same form sent twice is one
    request with one code; changed before it is proven, it is sent a new code. Raises :class:`HandedIn`."""
    lock_all(("opening", given["once"].int % 2**63))
    told = _columns(given, document, before, channel)
    query = select(OpeningRequest).where(OpeningRequest.once == given["once"])
    row = db.session.execute(query).scalar_one_or_none()
    if row is not None and all(getattr(row, name) == value for name, value in told.items()):
        return row
    if row is None:
        row = OpeningRequest(number=new_number(), once=given["once"], state=UNPROVEN)
        db.session.add(row)
    elif row.state != UNPROVEN:
        raise HandedIn()
    for name, value in told.items():
        setattr(row, name, value)
    row.asked_at = clock.now()
    send_code(row, clock=clock, rules=rules)
    db.session.flush()
    return row


def _columns(
    given: Mapping[str, Any], document: OpeningDocument, before: OpeningRequest | None, channel: str
) -> dict[str, Any]:
    email, mobile = checked(given["email"], given["mobile"])
    return {
        **{name: given[name] for name in AS_GIVEN},
        "credit_code": read_credit_code(given["code"]).code,
        "code_reason": given["reason"],
        "mobile": mobile,
        "email": email,
        "document_id": document.id,
        "follows_id": before.id if before else None,
        "code_channel": channel,
    }


def new_number() -> str:
    return "KH" + "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))


def find(number: str, mobile: str) -> OpeningRequest:
    """Raises :class:`NoSuchRequest`, the same for whatever is wrong."""
    plain = "".join(number.split()).upper()
    try:
        _email, telephone = checked("", mobile)
    except DomainError:
        raise NoSuchRequest() from None
    query = select(OpeningRequest).where(OpeningRequest.number == plain, OpeningRequest.mobile == telephone)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NoSuchRequest()
    return row


def own_request(uid: str, *, lock: bool = False) -> OpeningRequest:
    """``uid`` of this browser's session. Raises :class:`NoSuchRequest`."""
    query = select(OpeningRequest).where(OpeningRequest.uid == UUID(uid)) if uid else None
    if query is not None and lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.session.execute(query).scalar_one_or_none() if query is not None else None
    if row is None:
        raise NoSuchRequest()
    return row


def prove_own(uid: str, digits: str, *, clock: Clock, rules: Rulebook) -> DomainError | None:
    """What stands against it, which the caller raises after committing the try."""
    row = own_request(uid, lock=True)
    was, refused = row.state, prove(row, digits, clock=clock, rules=rules)
    if refused is None and was == UNPROVEN:
        follow(row, db.session.get(OpeningRequest, row.follows_id) if row.follows_id else None)
        record(Tag.OPENING_ASKED, APPLICANT, row, words=f"{row.number} {row.name}", at=clock.now())
    db.session.flush()
    return refused


def send_again(uid: str, *, clock: Clock, rules: Rulebook) -> None:
    """Raises :class:`CodeIsOver` for one that needs none any more."""
    row = own_request(uid, lock=True)
    if row.state != UNPROVEN:
        raise CodeIsOver(N_("这件申请已经验证过"), advice=N_("看下面的进度"))
    send_code(row, clock=clock, rules=rules)


def as_form(row: OpeningRequest) -> dict[str, str]:
    """What its form held, for correcting it, and for the office that registers it."""
    told = {name: str(getattr(row, name)) for name in (*AS_GIVEN, "mobile", "email")}
    return {**told, "code": row.credit_code, "reason": row.code_reason, "once": str(uuid.uuid4())}


def follower_of(row: OpeningRequest) -> OpeningRequest | None:
    """The proven one that corrects it."""
    query = select(OpeningRequest).where(OpeningRequest.follows_id == row.id, OpeningRequest.state != UNPROVEN)
    return db.session.execute(query.order_by(OpeningRequest.id.desc()).limit(1)).scalar_one_or_none()
