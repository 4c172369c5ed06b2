"""The first coordinator of a body: an account, a contact, and the link by which they set a password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.rulebook import Rulebook
from examops.accounts import Admin, Invited, invite_coordinator
from examops.core.clock import Clock, local
from examops.core.keys import digest_of
from examops.core.scope import across_districts
from examops.offices import Words, addresses, save_contact, tell
from examops.organisations.models import Body

KIND = "account_invited"


@dataclass(frozen=True)
class Person:
    """Whom a body files by: 联系人. ``mobile`` and ``email`` are where notices go."""

    person: str
    login: str
    mobile: str
    email: str = ""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Person:
        return cls(told["person"], told["login"], told["mobile"], told["email"])


@dataclass(frozen=True)
class Key:
    """The code of the link, and the address that holds it."""

    code: str
    link: str


def invite(body: Body, who: Person, key: Key, *, admin: Admin, clock: Clock, rules: Rulebook) -> Invited:
    """The notice goes to every address of the person, by the outbox. Raises what ``invite_coordinator`` raises, and
    :class:`Invalid` for an address that is none."""
    place = (body.id, body.district)
    with across_districts():
        found = invite_coordinator(place, who.login, who.person, key.code, admin=admin, clock=clock, rules=rules)
    if found.is_new:
        save_contact(found.user.id, who.email, who.mobile, actor=admin.actor, clock=clock, name=who.person)
        to, about = addresses(who.person, who.email, who.mobile), f"invitation:{digest_of(key.code).hex()[:32]}"
        tell(to, _words(body, who, key, found), kind=KIND, about=about, clock=clock, until=found.until)
    return found


def _words(body: Body, who: Person, key: Key, found: Invited) -> Words:
    """Chinese, as everything that goes out."""
    until = f"{local(found.until):%Y-%m-%d %H:%M}"
    line = f"{who.person}：{body.name}的考务账号 {who.login} 已开通。请在 {until} 前打开链接设密码：{key.link}"
    after = "链接只能用一次，不要转给别人。登录后先看隐私告知，再在“备案”里办首次备案。"
    return Words(f"{body.short_name} 考务账号已开通", f"{line}\n{after}", f"{line} {after}")
