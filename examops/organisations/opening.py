"""An office opens the door to a body: registered and its first coordinator invited, in one transaction and once."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import text

from config.rulebook import rulebook
from examops.accounts import Admin, LoginTaken, link_is_open
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.idempotency import run_idempotent
from examops.core.locking import lock_all
from examops.core.scope import across_districts, current_scope
from examops.core.transaction import retried, transaction
from examops.organisations.inputs import OF_THE_CITY
from examops.organisations.inviting import Key, Person, invite
from examops.organisations.models import Body
from examops.organisations.objecting import objections
from examops.organisations.registering import ONE_AT_A_TIME, register
from examops.organisations.registration import Objections, Registration

Made = dict[str, Any]
TAKEN = text("""
    SELECT EXISTS (SELECT 1 FROM user_account u WHERE lower(u.login) = lower(:login) AND NOT (u.login = :login
      AND u.is_active AND EXISTS (SELECT 1 FROM role_grant g JOIN body b ON b.id = g.body_id
        JOIN legal_entity e ON e.id = b.legal_entity_id
        WHERE g.user_id = u.id AND g.role = 'coordinator' AND e.credit_code = :code)))""")


class Origin(NamedTuple):
    """What a body comes from: its uid, and what takes it in hand before anything is looked at and gives back what ends
    it with the body, in the same transaction."""

    uid: str
    take: Callable[[], Callable[[Body], None]]


class Owner:
    """Of the answer that is kept: the body, once it is there."""

    body_id: int
    district: str

    def is_of(self, body: Body) -> None:
        self.body_id, self.district = body.id, body.district


def districts_of_office() -> tuple[str, ...]:
    """Where whoever asks may register."""
    scope = current_scope()
    return OF_THE_CITY if scope.everything else tuple(code for code in OF_THE_CITY if code in scope.districts)


def code_of(once: str, admin: Admin) -> str:
    """Of the link: the same for the same form of the same officer, so that a form sent twice shows one link, and it
    needs to be kept nowhere."""
    return urlsafe_b64encode(keyring().lookup(f"{admin.actor.uid}:{once}", "invitation")).decode().rstrip("=")


def objections_of(told: Mapping[str, Any], clock: Clock) -> Objections:
    """To the body and to the account of its first coordinator, as far as they could be read."""
    lock_all(ONE_AT_A_TIME)  # else another's registration may come between two looks, and half of it be told
    wanted = Registration.of(told)
    found = objections(wanted, districts_of_office(), today(clock))
    login = told.get("login") or ""
    if login and not login_is_free(login, wanted.plain_code):
        taken = LoginTaken(login=login)
        return Objections(found.refusal, {**found.faults, "login": taken.sentence})
    return found


def login_is_free(login: str, code: str) -> bool:
    """Nobody has the account, or a coordinator of the same legal entity does."""
    with across_districts():
        return not db.session.execute(TAKEN, {"login": login, "code": code}).scalar_one()


def open_body(
    told: Mapping[str, Any],
    once: str,
    link_of: Callable[[str], str],
    *,
    admin: Admin,
    clock: Clock,
    origin: Origin | None = None,
) -> Made:
    """``told`` by ``RegisterSchema``. The answer has uids, ``is_new`` (the person is sent a link) and ``link``, while
    it can be used; the same for the same ``once``, which belongs to one ``origin`` too."""

    def work(key: Key, owner: Owner) -> Made:
        end = origin.take() if origin else None
        objections_of(told, clock).must_be_none()
        done = register(Registration.of(told), districts_of_office(), actor=admin.actor, clock=clock)
        owner.is_of(done.body)
        if end is not None:
            end(done.body)
        found = invite(done.body, Person.of(told), key, admin=admin, clock=clock, rules=rulebook())
        uids = {"entity": str(done.entity.uid), "body": str(done.body.uid)}
        return {**uids, "is_joined": done.is_joined, "is_new": found.is_new, "until": found.until.isoformat()}

    asked = ["register", dict(told), origin.uid if origin else ""]
    return _once(asked, once, link_of, work, admin, clock)


def invite_again(
    body: Body, told: Mapping[str, Any], once: str, link_of: Callable[[str], str], *, admin: Admin, clock: Clock
) -> Made:
    """Of a body that nobody has entered yet: the same person again, or another."""

    def work(key: Key, owner: Owner) -> Made:
        owner.is_of(body)
        found = invite(body, Person.of(told), key, admin=admin, clock=clock, rules=rulebook())
        return {"body": str(body.uid), "is_new": found.is_new, "until": found.until.isoformat()}

    return _once(["invite", str(body.uid), dict(told)], once, link_of, work, admin, clock)


def _once(
    request: list[Any],
    once: str,
    link_of: Callable[[str], str],
    work: Callable[[Key, Owner], Made],
    admin: Admin,
    clock: Clock,
) -> Made:
    code = code_of(once, admin)
    link, plain = link_of(code), hashlib.sha256(repr(request).encode()).hexdigest()

    def run() -> Made:
        owner = Owner()
        with transaction():
            done = partial(work, Key(code, link), owner)
            return run_idempotent(once, plain, done, of=owner, actor=admin.actor, clock=clock)

    answer = retried(run)
    return {**answer, "link": link if answer["is_new"] and link_is_open(code, clock=clock) else ""}
