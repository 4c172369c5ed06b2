"""Telling people: their addresses, and one notice for each address in the outbox."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from examops.accounts.models import RoleGrant, UserAccount
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.language import N_
from examops.offices.models import AccountContact
from examops.offices.tags import Tag
from examops.outbox import Notice, address_digest, post

EMAIL, SMS = "email", "sms"
MAILBOX = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
MOBILE = re.compile(r"1\d{10}")


@dataclass(frozen=True)
class Recipient:
    name: str
    channel: str
    address: str


@dataclass(frozen=True)
class Told:
    """One notice that entered the outbox, by its key there."""

    recipient: Recipient
    key: str


@dataclass(frozen=True)
class Words:
    """``short`` goes by text message, ``text`` by mail. No ID numbers."""

    subject: str
    text: str
    short: str


def people_of_body(body_id: int, role: str = "coordinator") -> list[int]:
    """Accounts that hold the role at this body and may sign in."""
    query = (
        select(RoleGrant.user_id)
        .join(UserAccount, UserAccount.id == RoleGrant.user_id)
        .where(RoleGrant.body_id == body_id, RoleGrant.role == role, UserAccount.is_active)
        .order_by(RoleGrant.user_id)
    )
    return list(db.session.execute(query).scalars())


def recipients(accounts: Collection[int]) -> list[Recipient]:
    """Every address that these people gave. Whoever gave none is not in it."""
    query = (
        select(UserAccount.name, AccountContact.email, AccountContact.mobile)
        .join(AccountContact, AccountContact.user_id == UserAccount.id)
        .where(UserAccount.id.in_(accounts), UserAccount.is_active)
        .order_by(UserAccount.id)
    )
    return [one for row in db.session.execute(query) for one in addresses(row.name, row.email, row.mobile)]


def addresses(name: str, email: str, telephone: str) -> list[Recipient]:
    """A telephone counts where it is a mobile one: no text message reaches a landline."""
    by_mail, mobile = [Recipient(name, EMAIL, email)] if email else [], _plain(telephone)
    return by_mail + ([Recipient(name, SMS, mobile)] if MOBILE.fullmatch(mobile) else [])


def tell(
    to: Iterable[Recipient], words: Words, *, kind: str, about: str, clock: Clock, until: datetime | None = None
) -> list[Told]:
    """Post to each address once, whoever has it; in the running transaction. ``about`` names the fact: the same fact
    is told to the same address once, however often this is called. After ``until`` it is not sent any more."""
    once = {(one.channel, one.address): one for one in to}
    told = [Told(one, f"{about}:{one.channel}:{address_digest(one.address)}") for one in once.values()]
    return [one for one in told if post(_notice(one, words, kind, until), clock)]


def _notice(told: Told, words: Words, kind: str, until: datetime | None) -> Notice:
    to = told.recipient
    subject, text = (words.subject, words.text) if to.channel == EMAIL else ("", words.short)
    return Notice(to.address, to.channel, kind, told.key, subject, text, until)


def checked(email: str, mobile: str) -> tuple[str, str]:
    """As they are kept: without blanks. Raises :class:`Invalid`."""
    email, mobile = email.strip(), _plain(mobile)
    if email and not MAILBOX.fullmatch(email):
        raise Invalid(N_("邮箱写得不对"), advice=N_("像 name@example.cn 那样写，一个"))
    if mobile and not MOBILE.fullmatch(mobile):
        raise Invalid(N_("手机号写得不对"), advice=N_("写 11 位手机号"))
    return email, mobile


def _plain(telephone: str) -> str:
    return re.sub(r"[\s-]", "", telephone).removeprefix("+86")


def contact_of(user_id: int) -> AccountContact | None:
    return db.session.execute(select(AccountContact).where(AccountContact.user_id == user_id)).scalar_one_or_none()


def save_contact(
    user_id: int, email: str, mobile: str, *, actor: Actor, clock: Clock, name: str = ""
) -> AccountContact:
    """A person's own, or of whoever is called ``name``. The log says which channels there are, not the addresses."""
    email, mobile = checked(email, mobile)
    row = contact_of(user_id)
    if row is None:
        row = AccountContact(user_id=user_id)
        db.session.add(row)
    row.email, row.mobile = email, mobile
    db.session.flush()
    channels = [name for name, one in ((EMAIL, email), (SMS, mobile)) if one]
    record(Tag.CONTACT_CHANGED, actor, row, words=name or actor.name, at=clock.now(), channels=channels)
    return row
