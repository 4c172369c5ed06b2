"""Who hears of a replacement: the office that approved the session, whoever comes, and whoever need not come."""

from __future__ import annotations

from examops.core.clock import Clock, local
from examops.core.database import db
from examops.core.extensions import settings
from examops.core.language import _, in_chinese
from examops.core.scope import across_districts
from examops.offices import Office, Words, addresses, members_of, recipients, tell
from examops.organisations.models import Body
from examops.sessions.models import ExamSession, SessionDuty
from examops.staff import DUTIES
from examops.staff.models import StaffMember

KIND = "duty_replaced"
OFFICE = "district_bureau"


def tell_of_replacement(
    session: ExamSession, made: SessionDuty, before: StaffMember, after: StaffMember, reason: str, *, clock: Clock
) -> list[str]:
    """One notice to each address; who has none is answered by name, for somebody has to tell them. The reason goes to
    the office alone; addresses of its people are used here and shown to nobody. Chinese for every reader, as letters
    are."""
    body = db.session.get_one(Body, session.body_id).name
    role, about = DUTIES[made.role], f"{KIND}:{made.uid}"
    with in_chinese():
        when = f"{local(session.starts_at):%m-%d %H:%M} {session.title}"
    where = f"{settings().public_url}/sessions/{session.uid}"
    line = f"{body}的场次 {session.number}（{when}）已批准后换人：{role}由{before.name}换成{after.name}"
    changed = Words(f"场次 {session.number} 换人", f"{line}，原因：{reason}。\n场次页：{where}", f"{line}。")
    come = f"您被排为场次 {session.number} 的{role}：{when}。请登录看名单、作回避声明，开考前到岗签到。"
    stay = f"场次 {session.number}（{when}）的{role}已换成别人，您不用去了。"
    subject = f"场次 {session.number} 当值安排"
    with across_districts():
        office = recipients([one.id for one in members_of(Office(OFFICE, session.district))])
        tell(office, changed, kind=KIND, about=f"{about}:office", clock=clock)
    untold = [] if office else [_("区人社局")]
    for member, words, key in ((after, come, "come"), (before, stay, "stay")):
        to = addresses(member.name, member.telephone if "@" in member.telephone else "", member.telephone)
        text = f"{words}\n登录：{where}"
        tell(to, Words(subject, text, words), kind=KIND, about=f"{about}:{key}", clock=clock)
        untold += [] if to else [member.name]
    return untold
