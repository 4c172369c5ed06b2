"""Batches: announced by the coordinator, changed as long as nobody was judged on them, closed by time or by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.registration.batches.forms import next_name
from examops.registration.batches.service import BatchIsClosed, Window, must_be_open, window
from examops.registration.models import Batch, BatchOccupation
from examops.registration.tags import Tag
from tests.factories import DAY, ELECTRICIAN, Factory

pytestmark = pytest.mark.postgres
WELDER = "6-18-02-04"


@pytest.fixture
def coordinator(make: Factory, sign_in):
    body = make.body()
    make.body_occupation(body, ELECTRICIAN, (5, 4, 3, 2))
    return sign_in(make.user("coordinator", body)), body


def form(**changes: object) -> dict[str, object]:
    return {
        "name": "2026 第 5 批",
        "cut_off_on": "2026-12-20",
        "applies_from": "2026-11-23T09:00",
        "applies_until": "2026-12-20T18:00",
        "held_from": "2026-12-25",
        "held_until": "2027-01-20",
        "fee": "120.5",
        "offer": [f"{ELECTRICIAN}/4", f"{ELECTRICIAN}/2"],
        "part": ["theory", "skill", "review"],
    } | changes


def batches() -> list[Batch]:
    return list(db.session.execute(select(Batch).order_by(Batch.id)).scalars())


@pytest.mark.parametrize(
    ("written", "fen"),
    [("１００元", 10000), ("￥1,280.50", 128050), ("100 元/人", 10000), ("人民币80元整", 8000), ("120.5", 12050)],
)
def test_money_is_read_as_people_write_it(coordinator, written: str, fen: int) -> None:
    client, _ = coordinator
    assert client.post("/sessions/batches/new", data=form(fee=written)).status_code == 302
    assert [batch.fee_fen for batch in batches()] == [fen]


@pytest.mark.parametrize("written", ["1,00", "一百", "-5", "1.234", "100001", "100美元"])
def test_what_is_no_amount_of_yuan_is_refused_beside_its_field(coordinator, written: str) -> None:
    client, _ = coordinator
    answer = client.post("/sessions/batches/new", data=form(fee=written))
    assert (answer.status_code, "费用写成元" in answer.text, batches()) == (422, True, [])


@pytest.mark.parametrize(
    ("name", "year", "following"),
    [
        ("2026 第 4 批", 2026, "2026 第 5 批"),
        ("2026 第 4 批", 2027, "2027 第 1 批"),
        ("华岭2026年第9批认定", 2026, "华岭2026年第10批认定"),
        ("年底加考", 2026, "年底加考"),
    ],
)
def test_the_next_batch_is_named_after_this_one(name: str, year: int, following: str) -> None:
    assert next_name(name, year) == following


def test_a_batch_is_begun_from_another_one_with_its_dates_moved(coordinator, clock) -> None:
    client, _ = coordinator
    client.post("/sessions/batches/new", data=form())
    (first,) = batches()
    clock.instant += timedelta(days=40)
    page = client.get(f"/sessions/batches/{first.uid}/copy").text

    for value in ("2027 第 1 批", "2027-01-02T09:00", "2027-01-29T18:00", "2027-02-03", "2027-03-01", "120.5"):
        assert f'value="{value}"' in page, value
    assert page.count('name="offer"') >= 2
    assert 'action="/sessions/batches/new"' in page
    assert len(batches()) == 1, "nothing is saved before the form is"


def test_a_batch_of_another_body_is_not_copied(coordinator, make) -> None:
    client, _ = coordinator
    foreign = make.batch(make.body()).uid
    assert client.get(f"/sessions/batches/{foreign}/copy").status_code == 404


def test_a_batch_is_announced_with_a_number_of_its_own_and_the_parts_of_each_level(coordinator) -> None:
    client, _ = coordinator
    assert client.post("/sessions/batches/new", data=form()).status_code == 302

    (batch,) = batches()
    offers = db.session.execute(select(BatchOccupation).order_by(BatchOccupation.level)).scalars().all()
    assert (batch.number, batch.fee_fen, batch.state) == ("P2026-001", 12050, "open")
    assert [(row.level, row.parts, row.standard_version) for row in offers] == [
        ("2", ["theory", "skill", "review"], "2018"),
        ("4", ["theory", "skill"], "2018"),
    ]
    assert db.session.execute(select(AuditEntry).where(AuditEntry.tag == Tag.BATCH_CREATED)).scalar_one()
    assert "2026 第 5 批" in client.get("/sessions/batches").text


def test_every_fault_of_the_form_is_said_at_once_and_what_was_typed_stays(coordinator) -> None:
    client, _ = coordinator
    wrong = form(
        name="", held_until="2026-12-01", fee="1.234", offer=[f"{WELDER}/4"], part=[], applies_until="2026-11-01T00:00"
    )

    answer = client.post("/sessions/batches/new", data=wrong)

    assert answer.status_code == 422
    for words in (
        "写一个",
        "考试结束不能早于",
        "最多两位小数",
        "不在本机构备案范围内",
        "至少选一个科目",
        "报名截止要晚于",
    ):
        assert words in answer.text
    assert 'value="1.234"' in answer.text
    assert not batches()


def test_a_body_that_is_not_filed_is_told_so_first_with_clause_and_next_step(make: Factory, coordinator) -> None:
    client, body = coordinator
    body = db.session.merge(body)
    body.state, body.filed_on = "suspended", DAY.date()
    db.session.commit()

    answer = client.post("/sessions/batches/new", data=form(offer=[f"{WELDER}/4"]))

    assert answer.status_code == 409
    for words in ("现在是“暂停备案”，不能公告批次", "由它恢复备案", "市工作方案 一、五（备案与退出）"):
        assert words in answer.text
    assert not batches()
    page = client.get("/rosters/").text
    assert "现在是“暂停备案”，不能公告批次" in page
    assert "还没有正在报名的批次" in page


@pytest.mark.parametrize("state", ["draft", "exiting"])
def test_whoever_is_not_filed_is_led_to_the_filing_and_to_no_batch(make: Factory, coordinator, state: str) -> None:
    client, body = coordinator
    body = db.session.merge(body)
    body.state = state
    db.session.commit()
    for page in ("/rosters/", "/sessions/new", "/sessions/batches"):
        text = client.get(page).text
        assert "备案以后才能发公告、建批次" in text
        assert 'href="/filings"' in text
        assert "建批次</a>" not in text
        assert "/sessions/batches/new" not in text
    body.state = "filed"
    db.session.commit()
    assert "先建批次" in client.get("/rosters/").text


def test_a_batch_that_cannot_be_changed_says_so_before_it_is_saved(make: Factory, coordinator) -> None:
    client, body = coordinator
    batch = make.batch(body)
    body = db.session.merge(body)
    body.state, body.filed_on = "suspended", DAY.date()
    db.session.commit()
    for page in (f"/sessions/batches/{batch.uid}", "/sessions/batches"):
        assert "现在是“暂停备案”，不能公告批次" in client.get(page).text


def test_a_batch_keeps_what_a_later_filing_left_out_and_takes_other_changes(make: Factory, coordinator) -> None:
    client, body = coordinator
    client.post("/sessions/batches/new", data=form(offer=[f"{ELECTRICIAN}/4", f"{ELECTRICIAN}/2"]))
    (batch,) = batches()
    make.application(batch, make.candidate(body))
    make.run_as_owner("UPDATE body_occupation SET levels = '{2}' WHERE body_id = :body", body=body.id)
    answer = client.post(f"/sessions/batches/{batch.uid}", data=form(name="改名", offer=[f"{ELECTRICIAN}/2"]))
    assert answer.status_code == 302
    db.session.expire_all()
    offered = select(BatchOccupation.level).where(BatchOccupation.batch_id == batch.id)
    assert (batches()[0].name, set(db.session.execute(offered).scalars())) == ("改名", {"4", "2"})


def test_what_somebody_was_judged_on_can_no_longer_change(make: Factory, coordinator) -> None:
    client, body = coordinator
    client.post("/sessions/batches/new", data=form(offer=[f"{ELECTRICIAN}/4", f"{ELECTRICIAN}/3"]))
    (batch,) = batches()
    make.application(batch, make.candidate(body))
    url = f"/sessions/batches/{batch.uid}"

    assert "截止日不能再改" in client.post(url, data=form(cut_off_on="2026-12-19", offer=[f"{ELECTRICIAN}/4"])).text
    assert "已有人报名，不能去掉" in client.post(url, data=form(offer=[f"{ELECTRICIAN}/3"])).text
    assert client.post(url, data=form(name="改名", offer=[f"{ELECTRICIAN}/4", f"{ELECTRICIAN}/5"])).status_code == 302

    db.session.expire_all()
    assert batches()[0].name == "改名"
    assert sorted(db.session.execute(select(BatchOccupation.level)).scalars()) == ["4", "5"]


def test_applications_end_at_their_time_or_when_the_coordinator_ends_them(make: Factory, coordinator, clock) -> None:
    client, body = coordinator
    batch = make.batch(body)
    now = clock.now()

    assert window(batch, batch.applies_from - timedelta(seconds=1)) is Window.COMING
    assert window(batch, now) is Window.OPEN
    assert window(batch, batch.applies_until) is Window.OVER
    must_be_open(batch, clock)

    assert client.post(f"/sessions/batches/{batch.uid}/close").status_code == 302
    db.session.expire_all()
    with pytest.raises(BatchIsClosed, match="现在不收报名"):
        must_be_open(batches()[0], clock)


def test_a_batch_of_another_body_is_not_found_and_a_regulator_may_read_but_not_write(
    make, coordinator, client, sign_in
):
    mine, _ = coordinator
    reader = make.user("city_centre")
    url = f"/sessions/batches/{make.batch(make.body()).uid}"
    assert mine.get(url).status_code == 404
    assert mine.post(url, data=form()).status_code == 404
    assert mine.post(f"{url}/close").status_code == 404

    city = sign_in(reader)
    assert "保存批次" not in city.get(url).text
    assert city.post(url, data=form()).status_code == 403


def test_a_batch_whose_applications_are_over_is_not_offered_for_a_roster(make: Factory, coordinator, clock) -> None:
    client, body = coordinator
    batch = make.batch(body, name="2026 春季批")
    uid = str(batch.uid)
    assert uid in client.get("/rosters/").text

    clock.instant = batch.applies_until
    assert uid not in client.get("/rosters/").text
