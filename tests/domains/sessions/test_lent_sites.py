"""A site lent to another body: the guest plans there while it lasts, sees nothing else, and no place is used twice."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from config.rulebook import rulebook
from examops.core.actor import Actor
from examops.core.clock import midnight
from examops.core.connections import owner_url, role_names
from examops.core.database import db, owner_of
from examops.core.errors import Invalid, NotFound
from examops.core.extensions import settings
from examops.core.scope import CLOSED, SYSTEM, Scope, scoped, set_scope
from examops.core.table_access import IN_SCOPE
from examops.core.transaction import retried, transaction
from examops.footage.archive.arming import plan_armings
from examops.footage.models import Arming, CameraState
from examops.organisations.models import LegalEntity
from examops.sessions.invariants import sessions_at_foreign_sites
from examops.sessions.models import ExamSession, SessionStation
from examops.sessions.planning.saving import Duty, Plan, create_session
from examops.sessions.refusals import PlanConflict
from examops.sites.lending_models import SiteUse
from examops.sites.models import Camera, CameraCoverage, CameraOutage, Room, Site, Workstation, WorkstationOutage
from examops.staff.models import StaffMember
from tests.factories import DAY, ELECTRICIAN, Factory, owner_engine

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
ACTOR = Actor("user", None, "李婷", "coordinator")
SOON = DAY + timedelta(days=3)


class Ground:
    """A host with a room of four covered workstations in district 440606, a guest of 440605, both with people."""

    def __init__(self, make: Factory) -> None:
        self.make = make
        self.host, self.guest = make.body(name="容声集团"), make.body(district="440605", name="顺景电器")
        self.site = make.site(self.host, name="容桂考点")
        self.room = make.room(self.site, stations=4)
        self.camera = make.camera(self.room)
        self.batches = {one.id: make.batch(one) for one in (self.host, self.guest)}
        kinds = ("senior_examiner", "examiner", "examiner")
        self.people = {one.id: [make.staff(one, kind) for kind in kinds] for one in (self.host, self.guest)}

    def lend(self, first: timedelta = timedelta(0), last: timedelta = timedelta(days=10)) -> SiteUse:
        during = Range(DAY + first - timedelta(hours=3), DAY + last)
        told = {"agreement": "借用协议 7 号", "entered_by_name": "李小婷", "entered_at": DAY}
        owner = {"body_id": self.host.id, "district": self.host.district, "site_id": self.site.id}
        return self.make.save(SiteUse(**owner, **told, guest_body_id=self.guest.id, during=during))

    def plan(self, body, starts_at=SOON) -> Plan:
        roles = ("leader", "examiner", "examiner")
        duties = tuple(Duty(one.uid, role) for one, role in zip(self.people[body.id], roles, strict=True))
        batch = self.batches[body.id]
        return Plan(batch.uid, self.room.uid, ELECTRICIAN, "4", "skill", starts_at, 1, 60, 10, duties)


@pytest.fixture
def ground(make: Factory) -> Ground:
    return Ground(make)


def within(body, plan: Plan, clock) -> ExamSession:
    """Planned as the coordinator of this body, who sees its rows alone."""
    db.session.rollback()
    with scoped(Scope(bodies=(body.id,))), transaction():
        return create_session(plan, actor=ACTOR, clock=clock, rules=rulebook())


def code_of(make: Factory, body) -> str:
    return make.session.get_one(LegalEntity, body.legal_entity_id).credit_code


def lending(make: Factory, ground: Ground, first: str, last: str) -> dict[str, str]:
    return {"guest": code_of(make, ground.guest), "from_on": first, "until_on": last, "agreement": "7 号"}


def test_the_owner_lends_and_the_guests_coordinator_plans_there(ground, make, sign_in, clock) -> None:
    url = f"/sites/{ground.site.uid}/uses"
    form = lending(make, ground, "2026-11-23", "2026-12-05")
    owner = make.user("coordinator", ground.host)
    unknown = sign_in(owner).post(url, data={**form, "guest": "91440606NOBODY0000"})
    assert (unknown.status_code, "没有这家机构" in unknown.text) == (422, True)
    own = sign_in(owner).post(url, data={**form, "guest": code_of(make, ground.host)})
    assert own.status_code == 422
    assert sign_in(owner).post(url, data=form).status_code == 302
    assert sign_in(owner).post(url, data=form).status_code == 409
    assert "顺景电器" in sign_in(owner).get(f"/sites/{ground.site.uid}").text

    guest = sign_in(make.user("coordinator", ground.guest))
    assert "容声集团" in guest.get("/sites/").text
    assert "容桂考点（借用）" in guest.get("/sessions/new").text
    assert guest.post(url, data=form).status_code == 404
    session = within(ground.guest, ground.plan(ground.guest), clock)
    assert (session.body_id, session.district, session.site_id) == (ground.guest.id, "440606", ground.site.id)
    page = guest.get(f"/sessions/{session.uid}")
    assert (page.status_code, "容桂考点" in page.text) == (200, True)
    # What is the owner's to mend is asked of the owner.
    assert ("借自 容声集团" in page.text, "考点是借来的，请 容声集团：在考点页登记自有或租赁" in page.text) == (
        True,
        True,
    )
    assert ('href="/trials/"' in page.text, "没有这家机构" in page.text) == (False, False)
    at_once = sign_in(owner).post(url, data={"guest": "123", "from_on": "2026-12-05", "until_on": "2026-12-01"}).text
    told = ("协议名称或编号：请填写", "统一社会信用代码：至少 18 个字", "结束日须不早于开始日")
    assert [words in at_once for words in told] == [True] * 3


def test_the_guest_sees_what_planning_needs_and_nothing_of_the_hosts(ground, make, clock) -> None:
    ground.lend()
    make.session_with_turns(ground.batches[ground.host.id], ground.room, starts_at=SOON)
    make.save(CameraState(**_owner(ground.host), camera_id=ground.camera.id, state="recording", reported_at=DAY))
    numbers = {name: getattr(ground, name).id for name in ("host", "guest")}
    db.session.rollback()
    with scoped(Scope(bodies=(numbers["guest"],))), transaction():
        seen = {table: _count(table, numbers["host"]) for table in (Site, Room, Workstation, Camera)}
        hidden = {table: _count(table, numbers["host"]) for table in (StaffMember, ExamSession, CameraState)}
    assert list(seen.values()) == [1, 1, 4, 1]
    assert set(hidden.values()) == {0}
    with (
        pytest.raises(Exception, match="row-level security"),
        scoped(Scope(bodies=(numbers["guest"],))),
        transaction(),
    ):
        db.session.execute(Room.__table__.update().values(name="改名"))
    db.session.rollback()


# What the policies of revision 0030 said, in sub-selects, of which rows of a lent site a guest reads.
IN_LENT_ROOM = "room_id IN (SELECT id FROM room WHERE site_id = ANY (scope_lent()))"
OF_LENT_CAMERA = f"camera_id IN (SELECT id FROM camera WHERE {IN_LENT_ROOM})"
READ_BY_GUESTS = {
    Workstation: IN_LENT_ROOM,
    Camera: IN_LENT_ROOM,
    WorkstationOutage: f"workstation_id IN (SELECT id FROM workstation WHERE {IN_LENT_ROOM})",
    CameraOutage: OF_LENT_CAMERA,
    CameraCoverage: OF_LENT_CAMERA,
}


def test_lists_of_what_is_lent_show_the_rows_that_subselects_showed(ground, make) -> None:
    """Every kind of scope, each table: as read by the web's role beside the conditions as a superuser reads them."""
    ground.lend()
    elsewhere = make.room(make.site(make.body()), stations=2)
    for room, camera in (ground.room, ground.camera), (elsewhere, make.camera(elsewhere)):
        out = {**owner_of(room), "during": Range(DAY, SOON), "reason": "检修"}
        make.save(WorkstationOutage(**out, workstation_id=make.stations(room)[0].id))
        make.save(CameraOutage(**out, camera_id=camera.id))
    host, guest, other = ground.host.id, ground.guest.id, elsewhere.body_id
    scopes = [CLOSED, SYSTEM, *(Scope(bodies=one) for one in ((host,), (guest,), (other,), (guest, other)))]
    scopes += [Scope(districts=("440606",)), Scope(districts=("440605",)), Scope(everything=True), Scope(public=True)]
    db.session.rollback()
    shown = {scope: _shown(scope) for scope in scopes}

    assert {scope: _shown(scope, IN_SCOPE) for scope in scopes} == shown
    assert [len(ids) for ids in shown[Scope(bodies=(guest,))].values()] == [4, 1, 1, 1, 4]  # none of them their own
    assert [len(ids) for ids in shown[SYSTEM].values()] == [6, 2, 2, 2, 6]


def _shown(scope: Scope, else_within: str = "") -> dict[str, list[int]]:
    """The ids that the policies show, or the condition ``else_within`` and that of a guest where none is in force."""
    with owner_engine(owner_url(settings())).begin() as connection:
        for name, value in scope.settings().items():
            connection.execute(select(func.set_config(f"examops.{name}", value, True)))
        if not else_within:
            connection.execute(text(f'SET LOCAL ROLE "{role_names(settings())["web"]}"'))
        return {
            table.__tablename__: list(
                connection.execute(
                    text(
                        f"SELECT id FROM {table.__tablename__}"
                        f" WHERE {f'{else_within} OR {condition}' if else_within else 'true'} ORDER BY id"
                    )
                ).scalars()
            )
            for table, condition in READ_BY_GUESTS.items()
        }


def _owner(body) -> dict:
    return {"body_id": body.id, "district": body.district}


def _count(table, body_id: int) -> int:
    return db.session.execute(select(func.count()).select_from(table).where(table.body_id == body_id)).scalar_one()


def test_before_after_and_without_an_agreement_nothing_is_planned(ground, make, clock) -> None:
    with pytest.raises(NotFound):
        within(ground.guest, ground.plan(ground.guest), clock)
    ground.lend(timedelta(days=2), timedelta(days=5))
    within(ground.guest, ground.plan(ground.guest), clock)
    for days in (1, 5):
        with pytest.raises(Invalid, match="没有借给本机构"):
            within(ground.guest, ground.plan(ground.guest, DAY + timedelta(days=days)), clock)
    # Also where the code would miss it.
    with pytest.raises(IntegrityError, match="not lent"):
        make.session_with_turns(ground.batches[ground.guest.id], ground.room, starts_at=DAY + timedelta(days=7))
    make.session.rollback()


def test_a_use_ends_when_nothing_is_planned_any_more(ground, make, sign_in, clock) -> None:
    use = ground.lend()
    session = within(ground.guest, ground.plan(ground.guest), clock)
    owner, url = make.user("coordinator", ground.host), f"/sites/{ground.site.uid}/uses/{use.uid}/end"
    refused = sign_in(owner).post(url)
    assert (refused.status_code, "还有 1 个场次" in refused.text) == (409, True)
    assert session.number not in refused.text
    with transaction(SYSTEM):
        db.session.get_one(ExamSession, session.id).state = "cancelled"
    assert sign_in(owner).post(url).status_code == 302
    with pytest.raises(Invalid, match="没有借给本机构"):
        within(ground.guest, ground.plan(ground.guest), clock)
    guest = sign_in(make.user("coordinator", ground.guest))
    assert "（借用）" not in guest.get("/sessions/new").text
    assert guest.get(f"/sessions/{session.uid}").status_code == 200  # what was planned stays to be read


def test_host_and_guest_are_told_of_each_other_without_a_name(ground, clock) -> None:
    ground.lend()
    session = within(ground.guest, ground.plan(ground.guest), clock)
    with pytest.raises(PlanConflict, match="另一家机构") as refused:
        within(ground.host, ground.plan(ground.host), clock)
    assert session.number not in refused.value.words


def test_the_district_of_the_site_watches_and_other_bodies_find_nothing(ground, make, sign_in, clock) -> None:
    ground.lend()
    session = within(ground.guest, ground.plan(ground.guest), clock)
    assert sign_in(make.user("district_bureau", district="440606")).get(f"/sessions/{session.uid}").status_code == 200
    assert sign_in(make.user("coordinator", ground.host)).get(f"/sessions/{session.uid}").status_code == 404
    stranger = sign_in(make.user("coordinator", make.body()))
    for path in (f"/sites/{ground.site.uid}", f"/sites/rooms/{ground.room.uid}", f"/sessions/{session.uid}"):
        assert stranger.get(path).status_code == 404


def test_the_hosts_cameras_record_the_guests_session_as_the_guests(ground, make, clock) -> None:
    ground.lend()
    session = within(ground.guest, ground.plan(ground.guest), clock)
    with transaction(SYSTEM):
        session = db.session.get_one(ExamSession, session.id)
        session.state = "approved"
        assert plan_armings(session, rulebook(), clock) == 1
        assert db.session.execute(select(Arming.body_id)).scalars().all() == [ground.guest.id]


def test_the_check_finds_a_session_without_an_agreement(ground, make, clock) -> None:
    use = ground.lend()
    within(ground.guest, ground.plan(ground.guest), clock)
    make.session.rollback()
    assert sessions_at_foreign_sites(clock) == []
    use.during = Range(DAY + timedelta(days=8), DAY + timedelta(days=9))
    make.save(use)
    assert len(sessions_at_foreign_sites(clock)) == 1


def rush(app, ground, work) -> list[str]:
    """Two of the host and two of the guest at once, each in a connection and a scope of its own."""
    bodies = [(one.id, ground.plan(one)) for one in (ground.host, ground.guest)] * 2
    db.session.rollback()
    barrier, answers = Barrier(len(bodies)), []

    def run(body_id: int, plan: Plan) -> None:
        with app.app_context():
            set_scope(Scope(bodies=(body_id,)))
            answers.append(work(barrier, body_id, plan))
            db.session.remove()

    threads = [Thread(target=run, args=one) for one in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.race
def test_host_and_guest_never_hold_the_same_workstation_at_once(app, ground, clock) -> None:
    ground.lend()

    def work(barrier, body_id: int, plan: Plan) -> str:
        def planned() -> None:
            with transaction():
                create_session(plan, actor=ACTOR, clock=clock, rules=rulebook())

        barrier.wait()
        try:
            retried(planned)  # as the page does: a lock that took too long is asked for again
        except PlanConflict:
            db.session.rollback()
            return "taken"
        return "planned"

    assert sorted(rush(app, ground, work)) == ["planned"] + ["taken"] * 3
    held = select(SessionStation.workstation_id, func.count()).group_by(SessionStation.workstation_id)
    assert {count for _, count in db.session.execute(held)} == {1}


@pytest.mark.race
def test_control_looking_alone_would_have_given_the_room_away_four_times(app, ground, clock) -> None:
    """What constraint and lock are for: in their own scopes all have looked before anybody writes, and all saw it
    free. Cancelled sessions are those that the constraint does not hold."""
    ground.lend()
    room_id, site_id, batches = ground.room.id, ground.site.id, {key: one.id for key, one in ground.batches.items()}

    def work(barrier, body_id: int, plan: Plan) -> str:
        with transaction():
            seen = db.session.execute(select(func.count(ExamSession.id))).scalar_one()
            barrier.wait()
            if seen:
                return "taken"
            during = Range(SOON - timedelta(hours=1), SOON + timedelta(hours=2))
            number = f"T-{db.session.execute(select(func.pg_backend_pid())).scalar_one()}"
            when = {"desk_opens_at": SOON, "starts_at": SOON, "ends_at": SOON + timedelta(hours=1)}
            where = {"site_id": site_id, "room_id": room_id, "batch_id": batches[body_id], "district": "440606"}
            row = {"number": number, "title": "电工", "during": during, **when, **where, "body_id": body_id}
            row |= {"bookings_close_at": SOON, "state": "cancelled"}
            db.session.add(ExamSession(**row))
        return "planned"

    assert rush(app, ground, work) == ["planned"] * 4


def test_across_districts_both_sides_agree_before_the_guest_plans(ground, make, sign_in, clock) -> None:
    """From the day of the rule; the day before, and within one district, nobody is asked."""
    url = f"/sites/{ground.site.uid}/uses"
    owner, officers = make.user("coordinator", ground.host), {}
    for side, district in (("host", "440606"), ("guest", "440605"), ("other", "440604")):
        officers[side] = make.user("district_bureau", district=district)
    clock.instant = midnight(date(2026, 12, 1)) - timedelta(hours=1)
    before = lending(make, ground, "2027-01-01", "2027-01-05")
    assert sign_in(owner).post(url, data=before).status_code == 302
    clock.instant += timedelta(hours=2)
    near = {**before, "guest": code_of(make, make.body(name="近邻"))}
    assert sign_in(owner).post(url, data=near).status_code == 302
    assert "没有跨区的借用" in sign_in(officers["host"]).get("/lending/").text
    assert sign_in(owner).post(url, data=lending(make, ground, "2026-12-02", "2026-12-20")).status_code == 302
    soon = midnight(date(2026, 12, 10)) + timedelta(hours=9)
    plan = ground.plan(ground.guest, soon)
    for side in ("host", "guest"):
        with pytest.raises(Invalid, match="没有借给本机构"):
            within(ground.guest, plan, clock)
        with pytest.raises(IntegrityError, match="not lent"):  # where the code would miss it
            make.session_with_turns(ground.batches[ground.guest.id], ground.room, starts_at=soon)
        make.session.rollback()
        assert "没有跨区的借用" in sign_in(officers["other"]).get("/lending/").text
        officer = sign_in(officers[side])
        page = officer.get("/lending/").text
        assert all(words in page for words in ("容桂考点", "容声集团", "顺景电器", "7 号"))
        answered = page.split("/lending/")[-1].split('"')[0]
        stranger = sign_in(officers["other"]).post(f"/lending/{answered}", data={"outcome": "agreed"})
        assert stranger.status_code == 404
        officer = sign_in(officers[side])
        assert officer.post(f"/lending/{answered}", data={"outcome": "refused"}).status_code == 422
        assert officer.post(f"/lending/{answered}", data={"outcome": "agreed"}).status_code == 302
        assert officer.post(f"/lending/{answered}", data={"outcome": "agreed"}).status_code == 409
    assert within(ground.guest, plan, clock).site_id == ground.site.id
    page = sign_in(owner).get(f"/sites/{ground.site.uid}").text
    assert (page.count("考点所在区：同意"), page.count("借用机构所在区：同意")) == (1, 1)
    assert "借用机构所在区：同意" in sign_in(make.user("coordinator", ground.guest)).get("/sites/").text


def test_a_social_organisation_filed_for_one_district_plans_there_alone(ground, make, clock) -> None:
    """市工作方案 二(一)2; the host's site lies in 440606, the guest may use it."""
    ground.lend()
    ground.guest.kind = "social"
    for area, allowed in (("440605", False), ("440606", True), ("city", True), ("", True)):
        ground.guest.area = area
        make.save(ground.guest)
        plan = ground.plan(ground.guest, SOON + timedelta(hours=6 * len(area)))
        if allowed:
            assert within(ground.guest, plan, clock).number
            continue
        with pytest.raises(Invalid, match="只在南海区开展认定，这个考点在顺德区") as refused:
            within(ground.guest, plan, clock)
        assert "换到南海区的考点" in refused.value.words
        assert "市工作方案 二(一)2" in refused.value.words


def test_days_of_a_use_are_days_of_foshan(ground, make, sign_in, clock) -> None:
    form = lending(make, ground, "2026-11-26", "2026-11-26")
    owner = sign_in(make.user("coordinator", ground.host))
    assert owner.post(f"/sites/{ground.site.uid}/uses", data=form).status_code == 302
    make.session.rollback()
    during = make.session.query(SiteUse).one().during
    assert (during.lower, during.upper) == (midnight(date(2026, 11, 26)), midnight(date(2026, 11, 27)))
