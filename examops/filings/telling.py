"""What leaves the product about a filing: letters to the body, reminders to whoever is late. By the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy import text as sql

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import among, db, owner_of
from examops.core.errors import Invalid
from examops.core.extensions import settings
from examops.core.language import N_, Message
from examops.filings.gathering import Dossier
from examops.filings.models import Filing, FilingContact, FilingLetter, FilingNotice
from examops.filings.tags import Tag
from examops.offices import Recipient, Told, Words, addresses, checked, people_of_body, recipients, tell
from examops.organisations.models import Body
from examops.outbox import mask_recipient

# Letters are Chinese for every reader, and so is what is sent about them.
KIND_WORDS = {
    "accepted": "受理通知书",
    "supplement": "补正通知书",
    "filed": "备案通知书",
    "refused": "不予备案决定书",
}
STATES = sql("SELECT key, state, attempts, ended_at, fault FROM notice_states(:keys)")
GONE = "purged"  # sent long ago, and the outbox has forgotten it


def recipients_of_body(filing: Filing) -> list[Recipient]:
    """The body's coordinators, and the filing's own contact."""
    contact = contact_of(filing)
    found = recipients(people_of_body(filing.body_id))
    return found + (addresses(contact.name, contact.email, contact.mobile) if contact else [])


def recipients_at(body: Body) -> list[Recipient]:
    """For what concerns a body as a whole: its coordinators and the contact that its newest filing names; where none of
    them gave an address, the body's own telephone if it is a mobile one."""
    query = select(FilingContact).where(FilingContact.body_id == body.id).order_by(FilingContact.filing_id.desc())
    contact = db.session.execute(query.limit(1)).scalar_one_or_none()
    found = recipients(people_of_body(body.id))
    found += addresses(contact.name, contact.email, contact.mobile) if contact else []
    return found or addresses(body.name, "", body.telephone)


def tell_of_letter(found: Dossier, letter: FilingLetter, *, clock: Clock) -> list[Told]:
    """In the transaction of the decision: a notice to each address of the body, once, and who was told kept."""
    words, about = _words_of_letter(letter), f"letter:{letter.uid}"
    told = tell(recipients_of_body(found.filing), words, kind="filing_letter", about=about, clock=clock)
    db.session.add_all(
        FilingNotice(
            **owner_of(found.filing),
            decision_id=letter.decision_id,
            name=one.recipient.name,
            channel=one.recipient.channel,
            address_masked=mask_recipient(one.recipient.address),
            key=one.key,
        )
        for one in told
    )
    return told


def _words_of_letter(letter: FilingLetter) -> Words:
    content, kind = letter.content, KIND_WORDS[letter.kind]
    until = f"请于 {content['until']} 前补正并重新提交。" if content["until"] else ""
    why = f"依据：{content['clause']}。理由：{content['reason']}" if letter.kind == "refused" else ""
    comments = [
        f"{number}. {one['word']}（{one['clause']}）{one['text']}" for number, one in enumerate(content["comments"], 1)
    ]
    lines = [f"{content['body']}：", f"备案申报 {content['filing']} 有新的文书：{kind} {letter.number}。", why, until]
    body = "\n".join(filter(None, [*lines, *comments, "", f"登录查看和打印：{settings().public_url}"]))
    short = "".join(filter(None, [f"备案申报 {content['filing']}：{kind} {letter.number}。", until, "请登录查看。"]))
    return Words(f"{kind} {letter.number}", body, short)


def remind(filing: Filing, level: str, to: Sequence[Recipient], *, clock: Clock) -> list[Told]:
    """About a term that is over."""
    body = db.session.get_one(Body, filing.body_id)
    holder = f"（{filing.clock_officer_name}在办）" if filing.clock_officer_name else ""
    line = f"备案申报 {filing.number}（{body.name}）应在 {filing.due_on} 前办，已经逾期{holder}。"
    words = Words(
        f"备案申报 {filing.number} 逾期", f"{line}\n请登录办理：{settings().public_url}", f"{line}请登录办理。"
    )
    about = f"overdue:{filing.uid}:{filing.state}:{filing.due_on}:{level}"
    return tell(to, words, kind="filing_overdue", about=about, clock=clock)


def tell_of_term(filing: Filing, before: date, *, clock: Clock) -> list[Told]:
    """The body, whose letter names another day."""
    line = (
        f"备案申报 {filing.number} 补正的期限由 {before} 改为 {filing.due_on}："
        "节假日安排已公布，按工作日重新算过；文书上印的日期以这一次为准。"
    )
    words = Words(
        f"备案申报 {filing.number} 期限改为 {filing.due_on}", f"{line}\n登录查看：{settings().public_url}", line
    )
    about = f"term:{filing.uid}:{filing.due_on}"
    return tell(recipients_of_body(filing), words, kind="filing_term", about=about, clock=clock)


def tell_of_end(filing: Filing, body: Body, case_number: str, to: Sequence[Recipient], *, clock: Clock) -> list[Told]:
    """Both sides: whoever filled it in, and whoever had it in hand."""
    line = (
        f"备案申报 {filing.number}（{body.name}）已随退出事项 {case_number} 取消备案的决定结束，不用再办；"
        "填的和传的还能看。决定以后撤销的，这份申报不会自动恢复，要办的由机构另开一份。"
    )
    words = Words(f"备案申报 {filing.number} 随退出结束", f"{line}\n登录查看：{settings().public_url}", line)
    return tell(to, words, kind="exit_case", about=f"filing-ended:{filing.uid}", clock=clock)


def tell_of_calendar(fault: Message, mailbox: str, day: date, *, clock: Clock) -> list[Told]:
    """The operators, once a week while the calendar ends."""
    week = day.isocalendar()
    line = f"{fault}。请按国务院办公厅的通知录入 config/catalogue/calendar.yaml，做法见 docs/operations.md 第 8 节。"
    to, about = [Recipient("", "email", mailbox)], f"calendar:{week.year}-{week.week}"
    return tell(to, Words(str(fault), line, line), kind="calendar", about=about, clock=clock)


@dataclass(frozen=True)
class Delivery:
    """``state``: of the outbox, or ``purged``."""

    name: str
    channel: str
    address_masked: str
    state: str
    ended_at: datetime | None
    fault: str


_TOLD: tuple[Any, ...] = (
    *(FilingNotice.decision_id, FilingNotice.key, FilingNotice.name, FilingNotice.channel),
    FilingNotice.address_masked,
)


def deliveries_of(decisions: Sequence[int]) -> dict[int, list[Delivery]]:
    """Decision → who was told of it and how far that is."""
    query = select(*_TOLD).where(among(FilingNotice.decision_id, decisions)).order_by(FilingNotice.id)
    rows = list(db.session.execute(query)) if decisions else []
    states = _states([row.key for row in rows])
    found: dict[int, list[Delivery]] = {}
    for row in rows:
        state, ended_at, fault = states.get(row.key, (GONE, None, ""))
        one = Delivery(row.name, row.channel, row.address_masked, state, ended_at, fault)
        found.setdefault(row.decision_id, []).append(one)
    return found


def _states(keys: list[str]) -> dict[str, tuple[str, Any, str]]:
    rows = db.session.execute(STATES, {"keys": keys}) if keys else ()
    return {row.key: (row.state, row.ended_at, row.fault) for row in rows}


def contact_of(filing: Filing) -> FilingContact | None:
    query = select(FilingContact).where(FilingContact.filing_id == filing.id)
    return db.session.execute(query).scalar_one_or_none()


def save_contact(filing: Filing, name: str, email: str, mobile: str, *, actor: Actor, clock: Clock) -> FilingContact:
    """The body's, whoever has the filing in hand: people change while it is decided. Raises :class:`Invalid`."""
    email, mobile = checked(email, mobile)
    if not name or not (email or mobile):
        raise Invalid(N_("联系人写姓名，邮箱和手机至少写一样"), advice=N_("补上再保存"))
    db.session.refresh(filing, with_for_update=True)
    row = contact_of(filing)
    if row is None:
        row = FilingContact(**owner_of(filing), filing_id=filing.id, name=name, entered_by_name=actor.name)
        db.session.add(row)
    row.name, row.email, row.mobile, row.entered_by_name = name, email, mobile, actor.name
    db.session.flush()
    record(Tag.FILING_CONTACT_CHANGED, actor, filing, words=filing.number, at=clock.now())
    return row
