"""One builder per table, with sensible defaults; every call commits, so that other connections see it."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from examops.accounts.models import RoleGrant, UserAccount
from examops.core.actor import Actor
from examops.core.connections import owner_url
from examops.core.extensions import keyring, settings, store
from examops.core.keys import seal_id_number
from examops.eligibility import register_persons
from examops.eligibility.models import Candidate
from examops.exits.models import ExitAct, ExitCase, ExitFact, ExitLetter
from examops.exits.states import CLOCKS
from examops.filings.lists import FilingList, ListedPerson
from examops.filings.models import (
    Filing,
    FilingDecision,
    FilingDocument,
    FilingFact,
    FilingLetter,
    FilingOccupation,
    FilingReceipt,
    FilingStep,
)
from examops.filings.steps import STEPS
from examops.organisations.credit_code import check_character
from examops.organisations.directory import publish
from examops.organisations.models import Body, BodyOccupation, LegalEntity
from examops.organisations.openings.models import OpeningDocument, OpeningRequest
from examops.registration.models import Application, Batch, BatchOccupation
from examops.sessions.checks.models import RecusalStatement
from examops.sessions.checks.recusal import candidates_of
from examops.sessions.models import Booking, CityDuty, ExamSession, SessionDuty, SessionGroup, SessionStation, Turn
from examops.sites.models import Camera, CameraCoverage, Room, Site, Workstation
from examops.specifications import hand_in, make_valid, put_with
from examops.specifications.models import PublishedRule, PublishedSpecification, Specification, WorkPlan
from examops.staff.models import CityPerson, Qualification, StaffMember
from tests.fixtures.cleaner import Cleaner

ELECTRICIAN = "6-31-01-03"
WELDER = "6-18-02-04"
PASSWORD = "correct horse battery"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = CHEAP.hash(PASSWORD)
DAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Foshan
_numbers = itertools.count(1)


@cache
def owner_engine(url: URL) -> Engine:
    """Kept for a whole run: most tests write an account, and a new connection costs more than writing it."""
    return create_engine(url, pool_size=1, max_overflow=2, pool_pre_ping=True)


def historic_papers() -> bytes:
    """A sheet of one paper filing of a body that nobody knows yet."""
    n = next(_numbers)
    head = "机构名称,统一社会信用代码,机构类型,区,职业,等级,备案文号,备案日期"
    code = f"91440606KEPT{n:05d}"
    code += check_character(code)
    return f"{head}\n旧公司{n},{code},企业,顺德,电工,四级,佛人社备〔2021〕{n}号,2021-03-01".encode()


class Factory:
    def __init__(self, session: Any, cleaner: Cleaner | None = None) -> None:
        self.session, self.cleaner = session, cleaner

    def save(self, *rows: Any) -> Any:
        """Written as the web role; accounts and grants, which it may not write, as the owner."""
        accounts = [row for row in rows if isinstance(row, UserAccount | RoleGrant)]
        for row in accounts:
            if row in self.session:
                self.session.expunge(row)
        self.session.add_all([row for row in rows if row not in accounts])
        self.session.commit()
        if accounts:
            self._save_as_owner(accounts)
        return rows[0]

    def run_as_owner(self, statement: str, **values: Any) -> None:
        """What no role of the product may do; afterwards the session reads anew."""
        with owner_engine(owner_url(settings())).begin() as connection:
            connection.execute(text(statement), values)
        self.session.rollback()
        self.session.expire_all()

    def limit_to_site(self, user: UserAccount, site: Site) -> None:
        """The account's grants reach one site."""
        change = "UPDATE role_grant SET reach = 'site', site_id = :site WHERE user_id = :user"
        self.run_as_owner(change, site=site.id, user=user.id)

    def _save_as_owner(self, rows: list[Any]) -> None:
        with Session(owner_engine(owner_url(settings())), expire_on_commit=False) as owner:
            owner.add_all(rows)
            owner.commit()
            owner.expunge_all()
        self.session.add_all(rows)

    def body(self, kind: str = "enterprise", district: str = "440606", **columns: Any) -> Body:
        n = next(_numbers)
        defaults = {
            "name": f"佛山市测试电器有限公司{n}",
            "short_name": f"测试{n}",
            "credit_code": f"91440606TEST{n:06d}",
        }
        told = defaults | columns
        code = told.pop("credit_code")
        entity = self.session.query(LegalEntity).filter_by(credit_code=code).one_or_none() or self.save(
            LegalEntity(credit_code=code, name=told["name"], district=district)
        )
        return self.save(Body(legal_entity_id=entity.id, kind=kind, district=district, **told))

    def body_occupation(
        self, body: Body, code: str = ELECTRICIAN, levels: tuple[str, ...] = ("3", "4", "5")
    ) -> BodyOccupation:
        row = self.session.query(BodyOccupation).filter_by(body_id=body.id, occupation_code=code).one_or_none()
        if row is None:
            row = BodyOccupation(body_id=body.id, district=body.district, occupation_code=code, levels=[])
        row.levels = sorted({*row.levels, *levels}, reverse=True)
        return self._published(body, row)

    def filed(self, body: Body, code: str = ELECTRICIAN, level: str = "4") -> BodyOccupation:
        """The body's filing of an occupation, with this level added where it lacks."""
        row = self.session.query(BodyOccupation).filter_by(body_id=body.id, occupation_code=code).one_or_none()
        if row is None:
            return self.body_occupation(body, code, (level,))
        row.levels = sorted({*row.levels, level}, reverse=True)
        return self._published(body, row)

    def _published(self, body: Body, row: BodyOccupation) -> BodyOccupation:
        self.session.add(row)
        publish(body, body.filed_on or DAY.date())
        return self.save(row)

    def user(
        self,
        role: str = "coordinator",
        body: Body | None = None,
        district: str | None = None,
        site: Site | None = None,
        **columns: Any,
    ) -> UserAccount:
        n = next(_numbers)
        user = UserAccount(**({"login": f"user{n}", "name": f"李婷{n}", "password_hash": HASH} | columns))
        reach = "site" if site else "body" if body else "district" if district else "city"
        body_id = site.body_id if site else body.id if body else None
        site_id = site.id if site else None
        granted = {"role": role, "reach": reach, "body_id": body_id, "site_id": site_id, "district": district}
        self.session.commit()
        with Session(owner_engine(owner_url(settings())), expire_on_commit=False) as owner:
            owner.add(user)
            owner.flush()
            owner.add(RoleGrant(user_id=user.id, **granted))
            owner.commit()
            owner.expunge_all()
        return self.session.get_one(UserAccount, user.id)

    def filing(self, body: Body, **columns: Any) -> Filing:
        """Being filled in, with the pages of its kind of body and one occupation."""
        n = next(_numbers)
        defaults = {"number": f"BA2026-T{n:05d}", "kind": "new", "body_kind": body.kind}
        filing = self.save(Filing(body_id=body.id, district=body.district, **(defaults | columns)))
        own = {**_of(filing), "filing_id": filing.id}
        state, filing.state = filing.state, "draft"
        self.save(*[FilingStep(**own, step=step) for step in (*STEPS[body.kind], f"occupation-{ELECTRICIAN}")])
        if state in ("draft", "returned"):
            self.save(FilingOccupation(**own, occupation_code=ELECTRICIAN, edition="2015", levels=["4"]))
        filing.state = state
        return filing

    def filing_document(self, filing: Filing, content: bytes = b"%PDF-1.4 %%EOF", **columns: Any) -> FilingDocument:
        key = f"filings/{uuid.uuid4()}"
        store().put("documents", key, content)
        defaults = {"kind": "promise", "name": "承诺书.pdf", "format": "pdf", "pages": 1, "size": len(content)}
        whose = {"uploaded_by": uuid.uuid4(), "uploaded_by_name": "李婷", "digest": sha256(content).digest()}
        own = {**_of(filing), "filing_id": filing.id, "object_key": key}
        return self.save(FilingDocument(**own, **(defaults | whose | columns)))

    def filing_decision(self, filing: Filing, act: str = "submitted", **columns: Any) -> FilingDecision:
        defaults = {"officer": uuid.uuid4(), "officer_name": "李婷", "officer_role": "coordinator", "acted_at": DAY}
        own = {**_of(filing), "filing_id": filing.id}
        return self.save(FilingDecision(**own, act=act, **(defaults | columns)))

    def filing_letter(self, filing: Filing) -> FilingLetter:
        """Of an act that is no part of its history any more to whoever acts next."""
        n = next(_numbers)
        ruling = {"rule": "filing.enterprise_selection", "outcome": "yes", "reason": "x"}
        decision = self.filing_decision(filing, "ruled", **ruling)
        own = {**_of(filing), "filing_id": filing.id, "decision_id": decision.id}
        content = {"kind": "accepted", "body": "某公司", "filing": filing.number, "occupations": [], "comments": []}
        more = {"office": "district_bureau", "day": "2026-11-23", "credit_code": "9144", "reason": "", "clause": ""}
        number = f"佛技评受理〔2026〕T{n}号"
        return self.save(FilingLetter(**own, number=number, kind="accepted", content=content | more, digest=b"0" * 32))

    def historic_filing(self, body: Body) -> Filing:
        """Filed on paper before go-live, with one fact that an office looked up."""
        n = next(_numbers)
        paper = {"paper_number": f"佛人社备〔2021〕{n}号", "paper_on": date(2021, 3, 1), "entered_by_name": "李婷"}
        filing = self.filing(body, kind="historic", **paper)
        own = {**_of(filing), "filing_id": filing.id}
        fact = {"key": "is_registered", "value": {"value": True}, "as_of": DAY.date(), "step": "entity"}
        seen = {"source": "official", "seen_by": "李婷", "looked_up_in": "登记系统"}
        by = {"entered_by": uuid.uuid4(), "entered_by_name": "李婷"}
        self.save(FilingFact(**own, **fact, **seen, **by))
        filing.state, filing.decided_by, filing.decided_at = "filed", uuid.uuid4(), DAY
        return self.save(filing)

    def filing_list(self, filing: Filing, **columns: Any) -> FilingList:
        """Of the insured, in force, with one person."""
        own, found = _of(filing), {"rows": 1, "people": 1, "repeated": 0, "hidden": 0, "problem_count": 0}
        kept = {"problems": [], "questions": [], "question_count": 0, "doubles": [], "double_count": 0}
        defaults = {"kind": "insured", "state": "in_force", "as_of": DAY.date(), "name": "参保.csv", "counted": 1}
        whose = {"uploaded_by": uuid.uuid4(), "uploaded_by_name": "李婷", "content_digest": b"0" * 32}
        findings = {**found, **kept, "entities": [["91440606MA4W2AJX1P", "某公司", 1, "own"]]}
        all_ = defaults | whose | {"findings": findings} | columns
        listed = self.save(FilingList(**own, filing_id=filing.id, **all_))
        hashed, sealed = seal_id_number(keyring(), "440606199001010018")
        self.save(ListedPerson(**own, list_id=listed.id, id_hash=hashed, id_sealed=sealed))
        return listed

    def filing_receipt(self, filing: Filing) -> FilingReceipt:
        n = next(_numbers)
        ruling = {"rule": "filing.enterprise_selection", "outcome": "yes", "reason": "x"}
        decision = self.filing_decision(filing, "ruled", **ruling)
        content = {"body": "某公司", "credit_code": "9144", "filing": filing.number, "kind": "new", "day": "2026-11-23"}
        more = {"until": "", "occupations": [], "documents": [], "lists": [], "digest": "", "handed_in_by": "李婷"}
        own = {**_of(filing), "filing_id": filing.id, "decision_id": decision.id}
        return self.save(FilingReceipt(**own, number=f"R{n}", content=content | more, digest=b"0" * 32))

    def opening_request(self, district: str = "440606", **columns: Any) -> OpeningRequest:
        """Proven, with a certificate; waits for the office of the district."""
        n, key, content = next(_numbers), f"openings/{uuid.uuid4()}", b"%PDF-1.4 %%EOF"
        store().put("documents", key, content)
        held = {"name": "执照.pdf", "format": "pdf", "size": len(content), "digest": sha256(content).digest()}
        document = self.save(OpeningDocument(**held, object_key=key, uploaded_at=DAY))
        told: dict[str, Any] = {
            "credit_code": f"52440606OPE{n:07d}",
            "code_reason": "照执照",
            "name": f"佛山市申请{n}号学校",
        }
        told |= {"representative": "梁国强", "kind": "social", "address": "容桂街道 1 号", "telephone": "0757-28380000"}
        told |= {"person": "何敏仪", "mobile": f"138{n:08d}", "email": "", "code_channel": "sms", "code_until": DAY}
        times = {"asked_at": DAY, "proven_at": DAY, "state": "waiting"}
        named = {"number": f"KHT{n:09d}", "once": uuid.uuid4(), "district": district, "document_id": document.id}
        return self.save(OpeningRequest(**{**told, **times, **named, **columns}))

    def exit_case(self, body: Body, ground: str = "misconduct", state: str = "drafted", **columns: Any) -> ExitCase:
        """With a fact that somebody read, and the act that opened it."""
        n = next(_numbers)
        told = {"opened_at": DAY, "opened_by": uuid.uuid4(), "opened_by_name": "区局经办"}
        if state in CLOCKS:
            told |= {"clock_owner": CLOCKS[state][0], "due_on": DAY.date() + timedelta(days=14)}  # type: ignore[index]
        if state != "drafted":
            told |= {"hearing_until": DAY.date() + timedelta(days=14), "told_at": DAY, "told_by": uuid.uuid4()}
        if state == "winding_down":
            told |= {"decision": "suspended", "decided_at": DAY, "decided_by": uuid.uuid4(), "heard_at": DAY}
            told |= {"reason": "x", "clause": "市工作方案 四(五)", "decided_by_name": "市局经办"}
        of_body = {"body_id": body.id, "district": body.district, "legal_entity_id": body.legal_entity_id}
        number = f"TC2026-T{n:05d}"
        case = self.save(ExitCase(**of_body, number=number, ground=ground, state=state, **(told | columns)))
        self.exit_act(case)
        by = {"entered_by": uuid.uuid4(), "entered_by_name": "区局经办", "read_on": DAY.date()}
        self.save(ExitFact(**_of(case), case_id=case.id, kind="read", text="代考", read_in="检查记录", **by))
        return case

    def exit_act(self, case: ExitCase, act: str = "opened", **columns: Any) -> ExitAct:
        by = {"officer": uuid.uuid4(), "officer_name": "区局经办", "officer_role": "district_bureau", "acted_at": DAY}
        return self.save(ExitAct(**_of(case), case_id=case.id, act=act, **(by | columns)))

    def exit_letter(self, case: ExitCase) -> ExitLetter:
        n = next(_numbers)
        told = {"case": case.number, "body": "某公司", "ground": case.ground, "facts": [], "statement": "", "until": ""}
        more = {"decision": "", "reason": "", "clause": "", "bar_until": "", "officer": "x", "office": "city_bureau"}
        content = told | more | {"credit_code": "9144", "kind": "told", "day": "2026-11-23"}
        own = {**_of(case), "case_id": case.id, "act_id": self.exit_act(case, "gathered").id}
        number = f"佛技评告知〔2026〕T{n}号"
        return self.save(ExitLetter(**own, number=number, kind="told", content=content, digest=b"0" * 32))

    def specification(
        self,
        body: Body,
        code: str = ELECTRICIAN,
        years: int = 2,
        *,
        since: datetime | None = None,
        parts: Sequence[str] = ("theory", "skill"),
        **columns: Any,
    ) -> Specification:
        """Of level 4, one line: so many years of work. A draft, or in force ``since``: filed by a filing of its own."""
        content = {"text": f"累计从事本职业满{years}年", "parts": list(parts), "pass_mark": 60}
        lines = [{"line": "a", "needs": [{"need": "work", "years": years}]}]
        levels = {"4": {**content, "conditions": lines, "minutes": {"theory": 90, "skill": 120}}}
        count = self.session.query(Specification).filter_by(body_id=body.id, occupation_code=code).count()
        defaults = {"kind": "enterprise", "name": "测试电器电工评价规范", "version": count + 1, "levels": levels}
        own = {"body_id": body.id, "district": body.district, "occupation_code": code}
        row = self.save(Specification(**own, **(defaults | columns)))
        return self._in_force(body, row, since) if since else row

    def work_plan(self, body: Body, *, since: datetime | None = None, **columns: Any) -> WorkPlan:
        n = self.session.query(WorkPlan).filter_by(body_id=body.id).count() + 1
        line = {"occupation": ELECTRICIAN, "level": "4", "parts": ["theory", "skill"], "pass_mark": 60}
        more = {"carry_over_months": 12, "site": "", "site_name": "", "examiners": 3, "proctors": 2}
        own = {"body_id": body.id, "district": body.district, "version": n}
        row = self.save(WorkPlan(**own, **({"lines": [line | more]} | columns)))
        return self._in_force(body, row, since) if since else row

    def _in_force(self, body: Body, row: Any, since: datetime) -> Any:
        decided = {"number": f"BA2026-V{next(_numbers):05d}", "state": "filed", "decided_by": uuid.uuid4()}
        own = {"body_id": body.id, "district": body.district, "body_kind": body.kind}
        filing = self.save(Filing(**own, kind="amendment", **decided))
        put_with(row, filing.id, None)
        hand_in([row])
        make_valid([row], actor=Actor.system("test"), now=since)
        self.session.commit()
        return row

    def published_rule(self, body: Body, content: bytes = b"%PDF-1.4 %%EOF", **columns: Any) -> PublishedRule:
        """A document."""
        key = f"filings/{uuid.uuid4()}"
        store().put("documents", key, content)
        defaults = {"kind": "exam_affairs", "version": 1, "document_name": "考务管理办法.pdf", "document_format": "pdf"}
        whose = {"published_by": uuid.uuid4(), "valid": Range(DAY, None), "digest": sha256(content).digest()}
        own = {"body_id": body.id, "district": body.district, "object_key": key}
        return self.save(PublishedRule(**own, **(defaults | whose | columns)))

    def published_specification(self, body: Body, content: bytes = b"%PDF-1.4 %%EOF") -> PublishedSpecification:
        """The document of the welder's version, in force."""
        row = self.specification(body, "6-18-02-04", since=DAY - timedelta(days=9))
        key = f"filings/{uuid.uuid4()}"
        store().put("documents", key, content)
        own = {"body_id": body.id, "district": body.district, "specification_id": row.id, "valid": row.valid}
        told = {"occupation_code": row.occupation_code, "name": row.name, "version": row.version, "levels": ["4"]}
        file = {"document_name": "评价规范.pdf", "document_format": "pdf", "digest": sha256(content).digest()}
        return self.save(PublishedSpecification(**own, **told, **file, object_key=key))

    def site(self, body: Body, **columns: Any) -> Site:
        n = next(_numbers)
        defaults = {"name": f"考点{n}", "address": "顺德区容桂街道", "district": body.district}
        return self.save(Site(body_id=body.id, **(defaults | columns)))

    def room(self, site: Site, stations: int = 12, kind: str = "practical", **columns: Any) -> Room:
        n = next(_numbers)
        room = Room(**_of(site), site_id=site.id, kind=kind, **({"name": f"A栋实训室{n}", "seats": stations} | columns))
        self.save(room)
        self.save(
            *[
                Workstation(**_of(site), room_id=room.id, code=f"A-{k:02d}", occupations=[])
                for k in range(1, stations + 1)
            ]
        )
        return room

    def stations(self, room: Room) -> list[Workstation]:
        return list(self.session.query(Workstation).filter_by(room_id=room.id).order_by(Workstation.code))

    def camera(self, room: Room, label: str | None = None, covers_all: bool = True, **columns: Any) -> Camera:
        n = next(_numbers)
        defaults = {
            "position": "front",
            "source": f"rtsp://127.0.0.1:18554/cam{n}",
            "admitted_at": DAY - timedelta(days=30),
        }
        camera = self.save(Camera(**_of(room), room_id=room.id, label=label or f"前{n}", **(defaults | columns)))
        if covers_all:
            self.save(
                *[
                    CameraCoverage(**_of(room), camera_id=camera.id, workstation_id=station.id)
                    for station in self.stations(room)
                ]
            )
        return camera

    def staff(self, body: Body, kind: str = "examiner", code: str = ELECTRICIAN, **columns: Any) -> StaffMember:
        n = next(_numbers)
        member = StaffMember(body_id=body.id, district=body.district, **({"name": f"邓辉{n}"} | columns))
        self.save(member)
        dates = {"valid_from": date(2024, 1, 1), "valid_until": date(2028, 6, 30)}
        occupation = code if "examiner" in kind else ""
        self.save(
            Qualification(
                **_of(member),
                staff_id=member.id,
                kind=kind,
                occupation_code=occupation,
                card_number=f"K{n:06d}",
                **dates,
            )
        )
        return member

    def city_person(self, kind: str = "supervisor", person_id: int | None = None, **columns: Any) -> CityPerson:
        """Somebody of the city; another human being than anybody else unless a person is given."""
        n = next(_numbers)
        if person_id is None:
            person_id = self.person_id(f"44060419710302{n:04d}")
        dates = {"valid_from": date(2026, 1, 1), "valid_until": date(2028, 12, 31)}
        facts = {"name": f"欧阳{n}", "id_masked": "4406**********", "entered_by": "潘丽华", **dates}
        return self.save(CityPerson(person_id=person_id, kind=kind, **(facts | columns)))

    def city_duty(self, session: ExamSession, person: CityPerson, **columns: Any) -> CityDuty:
        holds = {"session_id": session.id, "during": session.during}
        return self.save(
            CityDuty(**holds, city_person_id=person.id, person_id=person.person_id, assigned_by="潘丽华", **columns)
        )

    def batch(self, body: Body, parts: tuple[str, ...] = ("skill",), level: str = "4", **columns: Any) -> Batch:
        n = next(_numbers)
        defaults = {
            "number": f"2026-B{n:04d}",
            "name": "2026 第 4 批",
            "cut_off_on": date(2026, 11, 25),
            "applies_from": DAY - timedelta(days=30),
            "applies_until": DAY + timedelta(days=30),
            "held_from": date(2026, 11, 1),
            "held_until": date(2026, 12, 31),
        }
        self.filed(body, ELECTRICIAN, level)
        batch = self.save(Batch(body_id=body.id, district=body.district, **(defaults | columns)))
        self.save(
            BatchOccupation(
                **_of(batch),
                batch_id=batch.id,
                occupation_code=ELECTRICIAN,
                level=level,
                standard_version="2018",
                parts=list(parts),
            )
        )
        return batch

    def person_id(self, id_number: str) -> int:
        found = register_persons([id_number], keyring())[id_number]
        self.session.commit()
        return found

    def candidate(self, body: Body, id_number: str | None = None, **columns: Any) -> Candidate:
        n = next(_numbers)
        number = id_number or f"44060419720302{n:04d}"  # of a day that no test writes by hand
        defaults = {"name": f"陈明{n}", "sex": "男", "kind": "employee", "team": "总装线"}
        masked = number[:4] + "*" * 10 + number[-4:]
        return self.save(
            Candidate(
                body_id=body.id,
                district=body.district,
                person_id=self.person_id(number),
                id_masked=masked,
                **(defaults | columns),
            )
        )

    def application(self, batch: Batch, candidate: Candidate, **columns: Any) -> Application:
        n = next(_numbers)
        defaults = {
            "number": f"2026{n:08d}",
            "occupation_code": ELECTRICIAN,
            "level": "4",
            "standard_version": "2018",
            "parts": ["skill"],
            "state": "accepted",
        }
        return self.save(
            Application(
                **_of(batch),
                batch_id=batch.id,
                candidate_id=candidate.id,
                person_id=candidate.person_id,
                **(defaults | columns),
            )
        )

    def application_elsewhere(self, batch: Batch, candidate: Candidate, turn: Turn) -> Application:
        """Somebody's application for another occupation, which the group of this turn is for."""
        body = self.session.get_one(Body, batch.body_id)
        self.filed(body, WELDER)
        group = self.session.get_one(SessionGroup, turn.group_id)
        group.occupation_code = WELDER
        self.save(group)
        return self.application(batch, candidate, occupation_code=WELDER)

    def applications(self, batch: Batch, body: Body, count: int) -> list[Application]:
        return [self.application(batch, self.candidate(body)) for _ in range(count)]

    def session_with_turns(
        self,
        batch: Batch,
        room: Room,
        turns: int = 1,
        capacity: int = 10,
        starts_at: datetime = DAY,
        minutes: int = 30,
        **columns: Any,
    ) -> tuple[ExamSession, list[Turn]]:
        """A session of one group, with as many turns of ``minutes``, 10 minutes apart."""
        n = next(_numbers)
        step = minutes + 10
        ends_at = starts_at + timedelta(minutes=step * turns)
        during = Range(starts_at - timedelta(hours=1), ends_at + timedelta(minutes=30))
        defaults = {
            "number": f"2026-{n:04d}",
            "title": "电工 四级 实操",
            "during": during,
            "desk_opens_at": starts_at - timedelta(minutes=30),
            "starts_at": starts_at,
            "ends_at": ends_at,
            "state": "draft",
            "bookings_close_at": starts_at - timedelta(hours=1),
        }
        session = ExamSession(
            **_of(batch), batch_id=batch.id, site_id=room.site_id, room_id=room.id, **(defaults | columns)
        )
        self.save(session)
        group = self.save(
            SessionGroup(
                **_of(session),
                session_id=session.id,
                occupation_code=ELECTRICIAN,
                level="4",
                part="skill",
                standard_version="2018",
            )
        )
        made = [
            Turn(
                **_of(session),
                session_id=session.id,
                group_id=group.id,
                number=k + 1,
                capacity=capacity,
                during=Range(
                    starts_at + timedelta(minutes=step * k), starts_at + timedelta(minutes=step * k + minutes)
                ),
            )
            for k in range(turns)
        ]
        self.save(*made)
        self.save(
            *[
                SessionStation(**_of(session), session_id=session.id, workstation_id=station.id, during=session.during)
                for station in self.stations(room)
            ]
        )
        return session, made

    def duty(self, session: ExamSession, member: StaffMember, role: str = "examiner") -> SessionDuty:
        row = SessionDuty(**_of(session), session_id=session.id, staff_id=member.id, role=role, during=session.during)
        return self.save(row)

    def panel(
        self, session: ExamSession, *, signed_in_at: datetime | None = None, stated: bool = True
    ) -> list[SessionDuty]:
        """A lawful panel of three, led by a senior examiner, who have stated that they know nobody on the list."""
        body = self.session.get_one(Body, session.body_id)
        members = [self.staff(body, kind) for kind in ("senior_examiner", "examiner", "examiner")]
        duties = [self.duty(session, one, "leader" if n == 0 else "examiner") for n, one in enumerate(members)]
        if stated:
            self.stated(session)
        for duty in duties:
            duty.signed_in_at = signed_in_at
        self.save(*duties)
        return duties

    def stated(self, session: ExamSession) -> None:
        """Everybody on duty has gone through the list of candidates as it stands."""
        people = candidates_of(session)
        duties = self.session.query(SessionDuty).filter_by(session_id=session.id).all()
        self.save(
            *[
                RecusalStatement(
                    **_of(session),
                    session_id=session.id,
                    staff_id=duty.staff_id,
                    candidates=sorted(people),
                    stated_at=DAY,
                    written_by="测试",
                    is_own=True,
                )
                for duty in duties
            ]
        )

    def on_duty(self, user: UserAccount, session: ExamSession, role: str = "proctor") -> UserAccount:
        """Somebody with an account is on duty in the session; gives the account back."""
        body = self.session.get_one(Body, session.body_id)
        kind = role if role in ("proctor", "internal_supervisor", "supervisor") else "examiner"
        self.duty(session, self.staff(body, kind, name=user.name, user_id=user.id), role)
        return user

    def booking(self, turn: Turn, application: Application, state: str = "confirmed") -> Booking:
        """A booking row as it would stand after the service made it; ``turn.taken`` follows."""
        turn.taken += 1
        return self.save(
            Booking(
                **_of(turn),
                application_id=application.id,
                person_id=application.person_id,
                part="skill",
                session_id=turn.session_id,
                turn_id=turn.id,
                during=turn.during,
                state=state,
            )
        )


def _of(row: Any) -> dict[str, Any]:
    """The tenant columns of another row."""
    return {"body_id": row.body_id, "district": row.district}
