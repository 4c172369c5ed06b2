"""What people on duty are: entered, changed and ended by their body, warned of, counted on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from config.rulebook import rulebook
from examops.core.database import db
from examops.staff import cards_of_members, counts_for
from examops.staff.cards import CardEntry, card_faults, card_state, term_end
from examops.staff.models import Qualification, StaffMember
from tests.factories import ELECTRICIAN, WELDER, Factory

DAY = date(2026, 11, 23)
pytestmark = pytest.mark.postgres
FORM = {
    "kind": "examiner",
    "number": "GD-7",
    "occupation": ELECTRICIAN,
    "level": ["4", "5"],
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
}


@pytest.fixture
def ground(make: Factory, sign_in):
    body = make.body()
    member = make.save(StaffMember(body_id=body.id, district=body.district, name="梁志强", team="设备部"))
    return body, member, sign_in(make.user("coordinator", body))


def cards(member: StaffMember) -> list[Qualification]:
    db.session.rollback()
    return cards_of_members([member.id]).get(member.id, [])


def test_a_body_enters_somebody_with_several_kinds(ground) -> None:
    body, _, client = ground
    assert client.post("/staff/new", data={"name": "", "team": "甲班"}).status_code == 422
    page = client.post("/staff/new", data={"name": "何兰", "teaches": "电工1班、电工2班"}, follow_redirects=True)
    assert "还没有证件或任命" in page.text
    member = db.session.execute(select(StaffMember).where(StaffMember.name == "何兰")).scalar_one()
    assert (member.body_id, member.teaches) == (body.id, ["电工1班", "电工2班"])
    url = f"/staff/{member.uid}/cards"
    for form in (FORM, {"kind": "manager", "valid_from": "2026-01-01"}, {"kind": "expert", "valid_from": "2026-02-01"}):
        assert client.post(url, data=form).status_code == 302
    found = {one.kind: one for one in cards(member)}
    assert found["examiner"].levels == ["5", "4"]
    assert (found["manager"].card_number, found["manager"].valid_until) == ("", date(2028, 12, 31)), "by the term"
    page = client.get(f"/staff/{member.uid}").text
    assert all(word in page for word in ("考评员", "管理人员", "专家", "GD-7", "快到期"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": ""}, "按证件上的填写"),
        ({"occupation": ""}, "考评员的证要写职业"),
        ({"occupation": "9-99"}, "目录里没有这个职业"),
        ({"level": []}, "能考评的等级"),
        ({"valid_until": "2025-12-31"}, "止日早于起日"),
        ({"kind": "proctor"}, "这一类别不写职业"),
    ],
)
def test_a_card_that_does_not_fit_is_refused_beside_its_field(change: dict, words: str) -> None:
    form = {**FORM, **change}
    days = {name: date.fromisoformat(form[name]) for name in ("valid_from", "valid_until")}
    entry = CardEntry(form["kind"], form["number"], form["occupation"], tuple(form["level"]), **days)
    assert any(words in fault for fault in card_faults(entry).values())


def test_a_refused_card_shows_what_was_typed(ground) -> None:
    _, member, client = ground
    answer = client.post(f"/staff/{member.uid}/cards", data={**FORM, "number": ""})
    assert (answer.status_code, "按证件上的填写" in answer.text) == (422, True)
    assert 'value="2026-12-31"' in answer.text
    assert cards(member) == []
    for _time in range(2):
        again = client.post(f"/staff/{member.uid}/cards", data=FORM)
    assert (again.status_code, "已经有同一类别" in again.text) == (409, True)


def test_a_card_is_changed_and_ended_before_its_day(ground) -> None:
    _, member, client = ground
    client.post(f"/staff/{member.uid}/cards", data=FORM)
    url = f"/staff/{member.uid}/cards/{cards(member)[0].uid}"
    assert client.post(url, data={**FORM, "valid_until": "2027-06-30"}).status_code == 302
    late = client.post(f"{url}/end", data={"last": "2027-06-30", "reason": "调离"})
    assert (late.status_code, "早于证件的止日" in late.text) == (422, True)
    assert client.post(f"{url}/end", data={"last": "2026-11-20", "reason": "调离"}).status_code == 302
    card = cards(member)[0]
    assert (card.valid_until, card.printed_until, card.end_reason) == (date(2026, 11, 20), date(2027, 6, 30), "调离")
    assert not counts_for(card, DAY, ("examiner",))
    page = client.get(f"/staff/{member.uid}").text
    assert all(word in page for word in ("已提前结束", "证上写到 2027-06-30", "调离"))
    assert client.post(url, data=FORM).status_code == 409


def test_the_list_warns_of_cards_that_end_and_offices_only_read(ground, make, sign_in) -> None:
    body, member, client = ground
    until = DAY + timedelta(days=rulebook().value("staff.card_warn_days", DAY))
    client.post(f"/staff/{member.uid}/cards", data={**FORM, "valid_until": until.isoformat()})
    page = client.get("/staff/").text
    assert "1 张证件或任命在 60 天内到期" in page
    other = make.user("coordinator", make.body())
    assert sign_in(other).get(f"/staff/{member.uid}").status_code == 404
    office = sign_in(make.user("district_centre", district=body.district))
    page = office.get(f"/staff/{member.uid}").text
    assert ("梁*强" in page, "替本人登记" in page) == (True, False)
    assert office.post(f"/staff/{member.uid}/cards", data=FORM).status_code == 403


# day against a card of 2026-01-01 to 2026-12-31: the state, and whether it counts
STATES = [
    (date(2025, 12, 31), "later", False),
    (date(2026, 1, 1), "standing", True),
    (date(2026, 10, 31), "standing", True),
    (date(2026, 11, 1), "soon", True),
    (date(2026, 12, 31), "soon", True),
    (date(2027, 1, 1), "expired", False),
]


def test_a_card_counts_for_its_days_occupation_and_levels() -> None:
    days = {"valid_from": date(2026, 1, 1), "valid_until": date(2026, 12, 31)}
    card = Qualification(kind="examiner", occupation_code=ELECTRICIAN, levels=["4"], end_reason="", **days)
    for day, state, counts in STATES:
        assert (card_state(card, day, rulebook()), counts_for(card, day, ("examiner",))) == (state, counts), day
    asked = [(ELECTRICIAN, "4", True), (ELECTRICIAN, "3", False), (WELDER, "4", False), (ELECTRICIAN, "", True)]
    assert [counts_for(card, DAY, ("examiner",), code, level) for code, level, _ in asked] == [one[2] for one in asked]
    assert not counts_for(card, DAY, ("senior_examiner",))
    card.levels = []
    assert counts_for(card, DAY, ("examiner",), ELECTRICIAN, "1"), "a card that names no level covers all"
    assert term_end(date(2024, 2, 29), rulebook()) == date(2027, 2, 28)
    assert term_end(date(2026, 1, 1), rulebook()) == date(2028, 12, 31)
