"""What nobody foresaw: the database refuses a row, or a job breaks off. Nothing stays under way for ever."""

import uuid

import pytest
from sqlalchemy import create_engine, func, select, text, update

from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.registration.models import Application, Roster, RosterRow
from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.saving import save_roster
from tests.domains.registration.roster_files import ACTOR, GOOD, HEAD, examined, person, upload, workbook  # noqa: F401

NAMES = {"440604199001010018": "陈小明", "440604199001010034": "何志兰", "440605199001010022": "黎豪"}
PEOPLE = [person(name, number) for number, name in NAMES.items()]
FAULT = """
CREATE FUNCTION injected_fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'injected' USING ERRCODE = '{code}'; END $$;
CREATE TRIGGER injected_fault BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION injected_fault();
"""


@pytest.fixture
def fault(settings, app):
    """Make the real database refuse rows of a table; ``fault.mend()`` takes it away again."""
    engine = create_engine(owner_url(settings))
    tables = []

    def inject(table: str, when: str, code: str) -> None:
        tables.append(table)
        with engine.begin() as connection:
            connection.execute(text(FAULT.format(table=table, when=when, code=code)))

    def mend() -> None:
        db.session.rollback()  # a read of ours would keep the table from being changed
        with engine.begin() as connection:
            for table in tables:
                connection.execute(text(f"DROP TRIGGER IF EXISTS injected_fault ON {table}"))
            connection.execute(text("DROP FUNCTION IF EXISTS injected_fault"))
        tables.clear()

    inject.mend = mend
    yield inject
    mend()
    engine.dispose()


def press_save(desk, roster: Roster):
    answer = desk[2].post(f"/rosters/{roster.uid}/save")
    assert answer.status_code == 302, answer.text


def work(job_app, clock, roster: Roster) -> None:
    """The worker's part of saving."""
    with job_app.app_context():
        try:
            save_roster(roster.uid, actor=ACTOR, clock=clock, ring=keyring())
        finally:
            db.session.rollback()


def seen(roster: Roster) -> Roster:
    db.session.rollback()
    db.session.refresh(roster)
    return roster


def applications() -> int:
    return db.session.execute(select(func.count(Application.id))).scalar_one()


def twice(roster: Roster) -> None:
    """As an earlier correction left it: row 4 is the person of row 2, and both may apply."""
    same = {"id_hash", "id_sealed", "id_masked", "name", "facts", "cells"}
    with transaction(SYSTEM):
        first = db.session.execute(select(RosterRow).where(RosterRow.row_number == 2)).scalar_one()
        values = {name: getattr(first, name) for name in same}
        db.session.execute(update(RosterRow).where(RosterRow.row_number == 4).values(**values))


def test_a_person_who_stands_twice_is_saved_once_and_the_other_row_goes_back(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, workbook([HEAD, *PEOPLE]))
    assert roster.counts["ok"] == 3
    twice(roster)
    press_save(desk, roster)
    work(job_app, clock, roster)
    assert (seen(roster).state, applications()) == ("saved", 2)
    assert roster.counts == {"ok": 2, "no": 1, "unclear": 0}
    page = desk[2].get(f"/rosters/{roster.uid}?tab=no&open=4").text
    assert "保存时已另有有效报名" in page
    overview = desk[2].get(f"/rosters/{roster.uid}").text
    assert "已报名 2 人" in overview
    assert "tab=no" in overview


@pytest.mark.parametrize("code", ["23514", "23505", "22003"])
def test_a_row_that_the_database_refuses_goes_back_and_the_rest_is_saved(desk, job_app, clock, fault, code) -> None:
    roster = examined(desk, job_app, clock, workbook([HEAD, *PEOPLE]))
    fault("candidate", "NEW.name = '何志兰'", code)
    press_save(desk, roster)
    work(job_app, clock, roster)
    assert (seen(roster).state, applications()) == ("saved", 2)
    assert roster.counts == {"ok": 2, "no": 0, "unclear": 1}
    assert "数据库没有收下这一行" in desk[2].get(f"/rosters/{roster.uid}?tab=unclear&open=3").text


def test_a_save_that_breaks_off_says_so_and_is_taken_up_again(desk, job_app, clock, fault, monkeypatch) -> None:
    """The disk is full at the second chunk:
    what is saved stays, the roster comes back, a second press saves the rest.
    """
    monkeypatch.setattr("examops.registration.rosters.saving.CHUNK", 1)
    roster = examined(desk, job_app, clock, workbook([HEAD, *PEOPLE]))
    fault("candidate", "NEW.name = '何志兰'", "53100")
    press_save(desk, roster)
    with pytest.raises(Exception, match="injected"):
        work(job_app, clock, roster)
    assert (seen(roster).state, applications()) == ("examined", 1)
    told = desk[2].get(f"/rosters/{roster.uid}/progress").json
    assert told["finished"]
    page = desk[2].get(told["result_url"]).text
    assert "保存时系统出错" in page
    assert f"/rosters/{roster.uid}/save" in page
    fault.mend()
    press_save(desk, roster)
    assert (seen(roster).done_count, roster.row_count, str(roster.fault)) == (1, 3, "")
    work(job_app, clock, roster)
    assert (seen(roster).state, applications(), roster.done_count) == ("saved", 3, 3)
    assert "保存时系统出错" not in desk[2].get(f"/rosters/{roster.uid}?tab=ok").text


@pytest.mark.parametrize("breaks", ["database", "reader"])
def test_an_examination_that_breaks_off_says_so_and_can_be_run_again(
    desk,
    job_app,
    clock,
    fault,
    monkeypatch,
    breaks,
) -> None:
    answer = upload(desk, workbook([HEAD, *PEOPLE]))
    client, uid = desk[2], uuid.UUID(answer.location.split("/")[2])
    assert client.post(answer.location).status_code == 302
    if breaks == "database":
        fault("roster_row", "NEW.row_number = 3", "53100")
    else:
        monkeypatch.setattr("examops.registration.rosters.examining.judge_rows", lambda *_, **__: 1 / 0)
    with job_app.app_context(), pytest.raises(Exception, match=r"injected|division"):
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    db.session.rollback()
    roster = db.session.execute(select(Roster).where(Roster.uid == uid)).scalar_one()
    assert roster.state == "failed"
    told = client.get(f"/rosters/{uid}/progress").json
    page = client.get(told["result_url"]).text
    assert "核对时系统出错" in page
    assert f"/rosters/{uid}/columns" in page
    fault.mend()
    monkeypatch.undo()
    assert client.post(f"/rosters/{uid}/columns").status_code == 302
    with job_app.app_context():
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    db.session.rollback()
    assert (seen(roster).state, roster.counts["ok"]) == ("examined", 3)
    assert "核对时系统出错" not in client.get(f"/rosters/{uid}").text


def test_a_roster_cancelled_meanwhile_stays_cancelled(desk, job_app, clock, monkeypatch) -> None:
    answer = upload(desk, workbook([HEAD, *PEOPLE]))
    client, uid = desk[2], answer.location.split("/")[2]
    client.post(answer.location)

    def cancelled_then_broken(*_, **__):
        assert client.post(f"/rosters/{uid}/cancel").status_code == 302
        raise RuntimeError("injected")

    monkeypatch.setattr("examops.registration.rosters.examining.judge_rows", cancelled_then_broken)
    with job_app.app_context(), pytest.raises(RuntimeError, match="injected"):
        examine_roster(uuid.UUID(uid), actor=ACTOR, clock=clock, store=store(), ring=keyring())
    db.session.rollback()
    assert db.session.execute(select(Roster.state)).scalar_one() == "cancelled"
