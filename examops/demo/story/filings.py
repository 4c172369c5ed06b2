"""The story's filings, through the functions that the pages call, each at its time: draft, facts, documents that
somebody else reads, submitting, district review, the city's decision with its letter."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from config.occupations import catalogue
from config.rulebook import rulebook
from examops.accounts.models import UserAccount
from examops.catalogue import Grounds, Seen, confirm, decisions_of, may_be_filed
from examops.core.actor import Actor
from examops.core.clock import Clock, FixedClock, today
from examops.core.database import db
from examops.core.extensions import store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.demo.story.applicants import make_applicants
from examops.demo.story.exit_case import suspend
from examops.demo.story.filing_cases import APPLICANTS, FIRST, LATER, STANDARDS, ByYear, FilingCase
from examops.demo.story.lists import lists_of, read_lists
from examops.demo.story.papers import paper_of
from examops.demo.story.versions import draft_plan, draft_versions, has_plan, publish_own, rests_on_versions
from examops.filings import (
    DOCUMENTS,
    Act,
    Entry,
    Ruling,
    act,
    add_occupation,
    begin,
    dossier,
    lines_of,
    look_up,
    mark_read,
    receive,
    rule_on,
    save_contact,
    save_step,
)
from examops.filings.models import Filing, FilingDocument
from examops.organisations.models import Body

# Which document a page's facts rest on; a fact named here has its own.
RESTS_ON = {
    "entity": "licence",
    "size": "statistics",
    "people": "staff_list",
    "experience": "volume_proof",
    "has_good_credit": "credit",
    "pilot_on": "pilot",
    "own_students_only": "promise",
    "insured_local": "insured_list",
    "covered_workstations": "venue",
    "examiners": "staff_list",
    "applicants": "insured_list",
    "volume_years": "volume_proof",
    "merit_standards": "merit",
}
BUREAUS = {"440604": "chanchengju", "440605": "nanhaiju", "440606": "qujv", "440608": "gaomingju"}
CENTRES = {"440604": "chanchengzx", "440605": "nanhaizx", "440606": "quzhongxin", "440608": "gaomingzx"}
COORDINATORS = {"华岭": "kaowu", "远航": "yuanhang", "匠才": "jiangcai"}
CITY = "shiju"
REGISTER = "社会保险信息系统"
GROUNDS = "演示〔示例〕1 号"


def make_first_filings(clock: Clock, body: str = "") -> None:
    """Those of the three bodies that the demo's batches and sessions stand on, or of one of them."""
    with transaction(SYSTEM):
        people, waiting = _people(), _not_made(case for case in FIRST if body in ("", case.body))
        if waiting:
            _confirm_catalogue(waiting, people[CITY], clock)
    _make(waiting, people, clock)


def make_later_filings(clock: Clock) -> None:
    """All others, one in each state. They come beside the pages, see ``record_past``."""
    with transaction(SYSTEM):
        make_applicants(clock)
        people, waiting = _people(), _not_made(LATER)
    _make(waiting, people, clock)


def _not_made(cases: Iterable[FilingCase]) -> list[FilingCase]:
    made = select(Body.short_name, Filing.kind).join(Filing, Filing.body_id == Body.id)
    known = {tuple(row) for row in db.session.execute(made)}
    return [case for case in cases if (case.body, case.kind) not in known]


def _make(cases: Iterable[FilingCase], people: Mapping[str, Actor], clock: Clock) -> None:
    for case in cases:
        with transaction(SYSTEM):
            _Course(case, people, clock).run()


def _people() -> dict[str, Actor]:
    """By login those with an account, by short name the contact of an applicant, who has none."""
    query = select(UserAccount.login, UserAccount.uid, UserAccount.name)
    found = {row.login: Actor("user", row.uid, row.name) for row in db.session.execute(query)}
    contacts = {
        one.short_name: Actor("user", uuid.uuid5(uuid.NAMESPACE_URL, one.name), one.contact) for one in APPLICANTS
    }
    return {**found, **contacts}


def _confirm_catalogue(cases: list[FilingCase], city: Actor, clock: Clock) -> None:
    """What the filed occupations rest on and no text was found for: the demo's city has confirmed it."""
    levels: dict[str, set[str]] = {}
    for case in cases:
        for code, filed in case.occupations.items():
            levels.setdefault(code, set()).update(filed)
    day = today(clock) - timedelta(days=470)
    grounds = Grounds(GROUNDS, "演示安装（示例）：对照标准文本确认", day)
    officer = Actor(city.kind, city.uid, city.name, "city_bureau")
    for code, wanted in levels.items():
        occupation, decided = catalogue().by_code[code], tuple(decisions_of([code]))
        reasons = [one for level in sorted(wanted) for one in may_be_filed(occupation, level, day, decided).reasons]
        seen = {one.value.key: Seen(one.value.revision, one.value.base_hash) for one in reasons}
        if seen:  # else the filing of another body has brought it
            confirm(occupation, seen, grounds, actor=officer, today=day)


def _as_of(value: Any, day: date) -> Any:
    return value.table(day.year) if isinstance(value, ByYear) else value


@dataclass
class _Course:
    """One filing on its way, as of the days of its case."""

    case: FilingCase
    people: Mapping[str, Actor]
    clock: Clock
    seen: str = ""  # the newest act, which whoever acts next has seen

    def run(self) -> None:
        body = db.session.execute(select(Body).where(Body.short_name == self.case.body)).scalar_one()
        self.body, self.papers = body, dict[str, FilingDocument]()
        own = {"begun": self._begin, "read": self._read, "half_read": self._read_some, "suspended": self._suspend}
        for step, days_ago in self.case.course:
            at = FixedClock(self._moment(days_ago))
            if step in own:
                own[step](at)
            else:
                self._act(step, at)

    def _moment(self, days_ago: int) -> datetime:
        return self.clock.now() - timedelta(days=days_ago)

    def _judged_last_on(self) -> date:
        """Each act is judged by the rules of its own day: what a later one asks for has to be there from the first."""
        return today(FixedClock(self._moment(min(days for step, days in self.case.course if step != "suspended"))))

    def _actor(self, role: str) -> Actor:
        district = self.body.district
        login = {
            "coordinator": COORDINATORS.get(self.case.body, self.case.body),
            "district_bureau": BUREAUS[district],
            "district_centre": CENTRES[district],
            "city_bureau": CITY,
        }[role]
        found = self.people[login]
        return Actor(found.kind, found.uid, found.name, role)

    # The body

    def _begin(self, at: FixedClock) -> None:
        body = self._actor("coordinator")
        self.filing = begin(self.body, self.case.kind, actor=body, clock=at)
        for seen, (code, levels) in enumerate(self.case.occupations.items()):
            occupation = catalogue().by_code[code]
            standard = STANDARDS.get(code, f"{occupation.name}国家职业技能标准")
            add_occupation(self.filing, seen, occupation, levels, standard, actor=body, clock=at)
        told = {"name": self.body.name, "credit_code": self.body.credit_code, "address": self.body.address}
        has_versions = rests_on_versions(self.case)
        for kind in (*self.case.documents, *(("specification",) if has_versions else ())):
            self._upload(kind, paper_of(kind, self.case, told, f"{today(at):%Y年%m月%d日}"), at)
        self._stamp(at)
        for step, values in self.case.pages.items():
            as_of = today(at) - timedelta(days=today(at).day)  # the last day of the month before
            told_on = {key: _as_of(value, as_of) for key, value in values.items()}
            entries = {key: Entry(value, self._rests_on(step, key)) for key, value in told_on.items()}
            save_step(self.filing, step, 0, entries, as_of, actor=body, clock=at)
        if has_versions:
            draft_versions(self.case, self.body, self.filing, self.papers["specification"], body, at)
        if not has_plan(self.case) and rulebook().value("filing.work_plan", self._judged_last_on()):
            asked = [(code, level) for code, levels in self.case.occupations.items() for level in levels]
            draft_plan(self.body, self.filing, asked, body, at)
        save_contact(self.filing, body.name, _mailbox(self.body), "", actor=body, clock=self.clock)
        if self.case.lists:
            lists_of(self.case, self.filing, self.body, today(at) - timedelta(days=today(at).day), body, at)

    def _upload(self, kind: str, data: bytes, at: FixedClock) -> None:
        self.papers[kind] = receive(
            self.filing,
            kind,
            "",
            f"{DOCUMENTS[kind]}.pdf",
            data,
            actor=self._actor("coordinator"),
            store=store(),
            rules=rulebook(),
            day=today(at),
        )

    def _stamp(self, at: FixedClock) -> None:
        """The database dates what it is given by its own clock."""
        mine = update(FilingDocument).where(FilingDocument.filing_id == self.filing.id)
        db.session.execute(mine.values(created_at=at.now()).execution_options(synchronize_session=False))

    def _rests_on(self, step: str, key: str) -> FilingDocument | None:
        return self.papers.get(RESTS_ON.get(key) or RESTS_ON.get(step, ""))

    # The offices

    def _read(self, at: FixedClock) -> None:
        self._read_papers(self.papers, at)
        read_lists(dossier(self.filing).lists, self.filing, self._actor("district_centre"), at)
        for subject, key in [found for found in dossier(self.filing).facts if found[1] in self.case.looked_up]:
            step = f"occupation-{subject}" if subject else "people"
            value = self.case.pages[step][key]
            as_of = today(at) - timedelta(days=1)
            look_up(self.filing, subject, key, value, REGISTER, as_of, actor=self._actor("district_centre"))

    def _read_some(self, at: FixedClock) -> None:
        self._read_papers(list(self.papers)[: len(self.papers) // 2], at)

    def _read_papers(self, kinds: Iterable[str], at: FixedClock) -> None:
        for kind in kinds:
            wrong = self.case.unsound.get(kind, "")
            reader = self._actor("district_centre")
            mark_read(self.filing, self.papers[kind], not wrong, wrong, actor=reader, clock=at)

    def _act(self, name: str, at: FixedClock) -> None:
        if name == "reviewed" and self.body.kind == "enterprise":
            self._check_counted(at)
            for code in self.case.occupations:
                self._rule("filing.enterprise_tie", code, "yes", "district_bureau", at)
        if name in ("filed", "refused") and self.body.kind != "college":
            outcome = "no" if name == "refused" else "yes"
            self._rule(f"filing.{self.body.kind}_selection", "", outcome, "city_bureau", at)
        role = {"reviewed": "district_bureau", "returned": "district_bureau"}.get(name)
        role = role or ("city_bureau" if name in ("filed", "refused") else "coordinator")
        done = act(self.filing, self._what(name, today(at)), actor=self._actor(role), clock=at)
        self.seen = str(done.uid)
        if name == "filed":
            publish_own(self.case, self.body, self._actor("coordinator"), FixedClock(at.now() + timedelta(days=5)))

    def _what(self, name: str, day: date) -> Act:
        if name == "refused":
            return Act(name, self.seen, self.case.reason, rulebook()[self.case.refused_for].on(day).clause)
        if name == "returned":
            return Act(name, self.seen, comments=tuple(map(_comment, self.case.comments)))
        return Act(name, self.seen)

    def _check_counted(self, at: FixedClock) -> None:
        """The bureau has gone through everybody and everything that was counted."""
        found = dossier(self.filing)
        for line in lines_of(found, today(at), rulebook()):
            for figure in line.inputs.get("counted", {}).values():
                ruling = Ruling(line.rule.key, line.subject, "yes", "逐一核对过名册和证件", figure["digest"])
                rule_on(found, ruling, actor=self._actor("district_bureau"), clock=at)

    def _rule(self, rule: str, subject: str, outcome: str, role: str, at: FixedClock) -> None:
        reason = {
            "filing.enterprise_tie": "主要工序就用这个职业，去现场看过",
            "filing.enterprise_selection": "规模和产值在全区前列，职工培训一直在做",
            "filing.social_selection": "省高技能人才培训基地，无不良记录",
        }[rule]
        ruling = Ruling(rule, subject, outcome, self.case.reason if outcome == "no" else reason)
        rule_on(dossier(self.filing), ruling, actor=self._actor(role), clock=at)

    def _suspend(self, at: FixedClock) -> None:
        suspend(self.body, self._actor, at)


def _mailbox(body: Body) -> str:
    """Under a name that no mail ever reaches (RFC 2606)."""
    return f"beian-{body.credit_code[-4:].lower()}@mail.example"


def _comment(told: tuple[str, str]) -> dict[str, str]:
    rule, _mark, subject = told[0].partition("~")
    return {"rule": rule, "subject": subject, "text": told[1]}
