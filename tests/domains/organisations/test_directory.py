"""The directory follows the body: entries with validity, the card of today, what the public scope may read."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import DBAPIError, IntegrityError

from examops.core.database import db
from examops.core.scope import PUBLIC, SYSTEM, Scope
from examops.core.transaction import transaction
from examops.organisations.directory import DirectoryCard, DirectoryEntry, publish
from examops.organisations.directory.invariants import INVARIANTS
from examops.organisations.models import Body, BodyOccupation

pytestmark = pytest.mark.postgres
DAY = date(2026, 11, 23)
WELDER = "6-18-02-04"


@pytest.fixture
def body(make) -> Body:
    body = make.body(
        "social", name="佛山市顺德区众联智造培训中心", address="大良街道兴业中路 38 号", filed_on=date(2021, 6, 18)
    )
    make.body_occupation(body, levels=("4", "3"))
    return body


def entries(body: Body) -> list[tuple[str, str, str, Range[date]]]:
    query = select(DirectoryEntry).where(DirectoryEntry.body_id == body.id).order_by(DirectoryEntry.id)
    rows = db.session.execute(query.execution_options(populate_existing=True)).scalars()
    return [(row.standing, row.name, row.level, row.valid) for row in rows]


def card(body: Body) -> DirectoryCard:
    query = select(DirectoryCard).where(DirectoryCard.body_id == body.id)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def change(body: Body, day: date, **columns: object) -> None:
    with transaction(SYSTEM):
        db.session.add(body)
        for name, value in columns.items():
            setattr(body, name, value)
        publish(body, day)


def faults(clock) -> list[str]:
    db.session.expire_all()
    with transaction(SYSTEM):
        return [fault for invariant in INVARIANTS for fault in invariant.find(clock)]


def test_an_entry_begins_on_the_day_of_the_filing(body, clock) -> None:
    assert sorted(entries(body)) == [
        ("filed", body.name, "3", Range(date(2021, 6, 18), None)),
        ("filed", body.name, "4", Range(date(2021, 6, 18), None)),
    ]
    found = card(body)
    assert (found.standing, found.filed_on, found.offers[0]["levels"]) == ("filed", date(2021, 6, 18), ["4", "3"])
    assert found.offers[0]["name"] == "电工"
    assert faults(clock) == []


def test_a_suspension_is_a_new_entry_and_the_history_stays(body, clock) -> None:
    change(body, date(2026, 10, 12), state="suspended")
    stood, stands = Range(date(2021, 6, 18), date(2026, 10, 12)), Range(date(2026, 10, 12), None)
    assert [(standing, valid) for standing, _name, _level, valid in entries(body)] == [
        ("filed", stood),
        ("filed", stood),
        ("suspended", stands),
        ("suspended", stands),
    ]
    assert (card(body).standing, card(body).standing_since) == ("suspended", date(2026, 10, 12))
    assert card(body).filed_on == date(2021, 6, 18)
    change(body, DAY, name="佛山市众联智造培训中心")
    assert (card(body).standing_since, card(body).name) == (date(2026, 10, 12), "佛山市众联智造培训中心")
    assert faults(clock) == []


def test_a_body_whose_exit_is_decided_is_told_from_a_suspended_one(body, clock) -> None:
    change(body, date(2026, 10, 12), state="suspended")
    change(body, DAY, state="exiting")
    assert {standing for standing, *_rest, valid in entries(body) if valid.upper is None} == {"leaving"}
    assert (card(body).standing, card(body).standing_since) == ("leaving", DAY)
    assert faults(clock) == []


def test_a_body_that_leaves_keeps_its_page_and_no_current_entry(body, clock) -> None:
    change(body, DAY, state="exited")
    assert {valid.upper for *_rest, valid in entries(body)} == {DAY}
    assert (card(body).standing, card(body).standing_since, card(body).offers[0]["name"]) == ("ended", DAY, "电工")
    assert faults(clock) == []
    change(body, DAY + timedelta(days=30), state="filed")
    assert card(body).filed_on == DAY + timedelta(days=30)
    assert faults(clock) == []


def test_what_stood_for_no_whole_day_has_an_empty_range(body, clock) -> None:
    """And what it came between goes on: two equal stretches would tell of a change that there was not."""
    before = entries(body)
    change(body, DAY, state="suspended")
    change(body, DAY, state="filed")
    ranges = [valid for standing, _name, _level, valid in entries(body) if standing == "suspended"]
    assert all(valid.isempty for valid in ranges)
    assert [one for one in entries(body) if not one[-1].isempty] == before
    assert card(body).standing == "filed"
    assert faults(clock) == []


def test_nothing_changed_writes_no_new_entry(body) -> None:
    before = entries(body)
    change(body, DAY)
    assert entries(body) == before


def test_an_occupation_more_begins_on_its_own_day(make, body, clock) -> None:
    with transaction(SYSTEM):
        db.session.add(BodyOccupation(body_id=body.id, district=body.district, occupation_code=WELDER, levels=["5"]))
        publish(body, DAY)
    query = select(DirectoryEntry.valid).where(DirectoryEntry.occupation_code == WELDER)
    with transaction(SYSTEM):
        assert db.session.execute(query).scalars().all() == [Range(DAY, None)]
    assert [offer["name"] for offer in card(body).offers] == ["焊工", "电工"]
    assert card(body).filed_on == date(2021, 6, 18)
    assert faults(clock) == []


def test_two_entries_of_one_offer_never_overlap(body) -> None:
    with pytest.raises(IntegrityError, match="no_overlap_directory"), transaction(SYSTEM):
        db.session.execute(
            text(
                "INSERT INTO directory_entry (uid, body_id, district, standing, kind, name, address, telephone,"
                " occupation_code, occupation_name, level, standard, valid) SELECT gen_random_uuid(), body_id,"
                " district, standing, kind, name, address, telephone, occupation_code, occupation_name, level,"
                " standard, daterange('2025-01-01', '2025-02-01') FROM directory_entry LIMIT 1"
            )
        )


def test_the_public_reads_the_directory_and_no_body(make, body) -> None:
    make.filed(make.body(district="440604"))
    with transaction(PUBLIC):
        assert db.session.execute(select(func.count()).select_from(DirectoryCard)).scalar_one() == 2
        assert db.session.execute(select(func.count()).select_from(DirectoryEntry)).scalar_one() == 3
        assert db.session.execute(select(Body)).scalars().all() == []


COPIED = (
    "INSERT INTO directory_entry (uid, body_id, district, standing, kind, name, address, telephone, occupation_code,"
    " occupation_name, level, standard, valid) SELECT gen_random_uuid(), body_id, {district}, standing, kind, name,"
    " address, telephone, '6-31-01-03', occupation_name, 'T', standard, valid FROM directory_entry LIMIT 1"
)


def changed(change: str) -> Sequence[int]:
    return db.session.execute(text(f"UPDATE directory_card SET {change} RETURNING id")).scalars().all()


OWN, OTHER = Scope(districts=("440606",)), Scope(districts=("440604",))


@pytest.mark.parametrize("scope", [PUBLIC, Scope(bodies=(1,)), OTHER], ids=["public", "a body", "another office"])
def test_only_offices_and_the_system_write_it(body, scope) -> None:
    with transaction(OWN):
        assert len(changed("name = 'ours'")) == 1
        db.session.execute(text(COPIED.format(district="district")))
    own = Scope(bodies=(body.id,)) if scope.bodies else scope
    with transaction(own):
        for change in ("name = 'mine'", "district = '440604'"):
            assert changed(change) == []
    with pytest.raises(DBAPIError, match="row-level security"), transaction(own):
        db.session.execute(text(COPIED.format(district="district")))
    with pytest.raises(DBAPIError, match="row-level security"), transaction(OWN):
        db.session.execute(text("UPDATE directory_card SET district = '440604'"))


DAMAGE = {
    "an entry goes on after the body left": "UPDATE body SET state = 'exited'",
    "a filing has no entry": "UPDATE directory_entry SET valid = daterange(lower(valid), '2026-01-01')",
    "an entry has no filing": "UPDATE body_occupation SET levels = levels[1:1]",
    "an entry shows another name": "UPDATE directory_entry SET name = 'another'",
    "an entry shows a suspended body as filed": "UPDATE body SET state = 'suspended'",
    "a card was changed by hand": "UPDATE directory_card SET telephone = '1'",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_the_check_sees_what_was_broken_on_purpose(body, clock, damage: str) -> None:
    assert faults(clock) == []
    with transaction(SYSTEM):
        db.session.execute(text(damage))
    assert faults(clock) != []
