"""Lists of the insured and of applicants: read from files, counted distinct, looked at, erased."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from config.rulebook import rulebook
from examops.core.actor import Actor
from examops.core.clock import midnight, today
from examops.core.database import db
from examops.core.errors import Conflict, Invalid
from examops.core.extensions import keyring, store
from examops.core.store import Missing
from examops.filings.gathering import BY_LIST, _asks, dossier, lines_of
from examops.filings.invariants import INVARIANTS
from examops.filings.judging import judge_stored
from examops.filings.lists.erasing import erase_due
from examops.filings.lists.examining import examine_list
from examops.filings.lists.intake import answer_names, mark_list_read, put_away, put_in_force, receive_list
from examops.filings.lists.models import FilingList, ListedPerson
from examops.filings.models import Filing, FilingVerdict
from examops.filings.refusals import FilingIsClosed, OwnHand
from examops.filings.shown import shown
from examops.organisations.models import LegalEntity
from tests.domains.filings import people
from tests.domains.filings.conftest import Case
from tests.factories import ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
WORKER = Actor.system("test")
INSURED, APPLICANTS = "capacity.insured_local_min", "capacity.applicants_per_occupation_min"


def upload(
    case: Case, content: bytes, kind: str = "insured", subject: str = "", as_of: date | None = None
) -> FilingList:
    options: dict[str, Any] = {"actor": case.actor("coordinator"), "clock": case.clock, "store": store()}
    day = as_of or today(case.clock)
    one = receive_list(case.filing, kind, subject, day, "名册.csv", content, **options)
    db.session.commit()
    return one


def examine(case: Case, one: FilingList) -> FilingList:
    examine_list(one.uid, actor=WORKER, clock=case.clock, store=store(), ring=keyring())
    db.session.refresh(one)
    return one


def use(case: Case, content: bytes, kind: str = "insured", subject: str = "", as_of: date | None = None) -> FilingList:
    one = examine(case, upload(case, content, kind, subject, as_of))
    put_in_force(one, actor=case.actor("coordinator"), filing=case.filing)
    db.session.commit()
    return one


def look(case: Case, one: FilingList, is_sound: bool = True, note: str = "") -> None:
    mark_list_read(one, is_sound, note, actor=case.actor("district_centre"), filing=case.filing, clock=case.clock)
    db.session.commit()


def line(case: Case, key: str, day: date | None = None) -> Any:
    lines = lines_of(dossier(case.filing), day or today(case.clock), rulebook())
    return next(one for one in lines if one.rule.key == key)


def people_kept() -> int:
    return db.session.execute(select(func.count()).select_from(ListedPerson)).scalar_one()


@pytest.fixture
def own(case: Case) -> str:
    return case.body.credit_code


def test_people_are_counted_once_over_all_entities(case: Case, own: str) -> None:
    """Three hundred rows are 299 people: one of them is insured at a branch as well."""
    rows = [people.row(at, own) for at in range(298)] + [people.row(7, people.BRANCH), people.row(298, people.BRANCH)]
    one = use(case, people.csv([*rows, people.row(7, people.BRANCH)]))
    found = one.findings
    assert (found["rows"], found["people"], found["double_count"], found["repeated"]) == (301, 299, 1, 1)
    assert found["doubles"][0]["codes"] == sorted([own, people.BRANCH])
    assert [entity[0] for entity in found["entities"]] == [own, people.BRANCH]
    assert [entity[2:] for entity in found["entities"]] == [[298, "own"], [2, "stated"]]
    assert one.counted == 299
    assert line(case, INSURED).judged.why == "below"
    look(case, use(case, people.insured(300, own)))
    assert line(case, INSURED).outcome == "met"


def test_no_plain_number_and_no_file_is_left(case: Case, own: str) -> None:
    one = upload(case, people.insured(3, own))
    key = one.document_key
    examine(case, one)
    assert one.document_key == ""
    with pytest.raises(Missing):
        store().get("documents", key)
    kept = db.session.execute(select(ListedPerson)).scalars().all()
    assert len({row.id_hash for row in kept}) == 3
    number = people.id_number(0)
    assert number not in str(one.findings)
    assert all(number.encode() not in row.id_sealed for row in kept)


def test_entities_below_the_bodys_own_in_the_register_are_told_from_stated_ones(case: Case, own: str, make) -> None:
    parent = {"parent_id": case.body.legal_entity_id, "relation": "branch"}
    make.save(LegalEntity(credit_code=people.BRANCH, name="顺德分公司", district="440606", **parent))
    rows = [people.row(1, own), people.row(2, people.BRANCH), people.row(3, people.OTHER)]
    one = examine(case, upload(case, people.csv(rows)))
    assert {entity[0]: entity[3] for entity in one.findings["entities"]} == {
        own: "own",
        people.BRANCH: "registered",
        people.OTHER: "stated",
    }
    assert "顺德分公司" in [entity[1] for entity in one.findings["entities"]]


def test_everything_wrong_is_told_at_once_with_row_and_column_and_nothing_is_used(case: Case, own: str) -> None:
    good = people.id_number(5)
    wrong = good[:17] + ("0" if good[17] != "0" else "1")
    rows = [f"何志,{wrong},{own},甲", f",{good},{own},甲", "黎明,,,甲", f"陈亮,{people.id_number(6)},12345,甲"]
    one = examine(case, upload(case, people.csv(rows)))
    told = [str(words) for words in one.findings["problems"]]
    assert one.findings["problem_count"] == len(told) == 5
    assert told[0].startswith("第 2 行 B 列 身份证号")
    assert "末位为" in told[0]
    assert wrong not in told[0]
    for words, expected in zip(told[1:], ("姓名未填", "身份证号未填", "信用代码未填", "应为 18 位"), strict=True):
        assert expected in words
    with pytest.raises(Conflict, match="5 处有错"):
        put_in_force(one, actor=case.actor("coordinator"), filing=case.filing)
    db.session.rollback()
    assert (dossier(case.filing).lists, people_kept()) == ([], 0)


def test_an_id_with_two_names_is_asked_about_and_then_counts_once(case: Case, own: str) -> None:
    rows = [people.row(1, own, "何志"), people.row(1, people.BRANCH, "何智"), people.row(2, own)]
    one = examine(case, upload(case, people.csv(rows)))
    (question,) = one.findings["questions"]
    assert question["names"] == [["何志", 2], ["何智", 3]]
    options = {"actor": case.actor("coordinator"), "filing": case.filing}
    with pytest.raises(Conflict, match="1 个身份证号有两个姓名"):
        put_in_force(one, **options)
    db.session.rollback()
    with pytest.raises(Invalid):
        answer_names(one, {0: 2}, **options)
    db.session.rollback()
    answer_names(one, {0: 1}, **options)
    put_in_force(one, **options)
    assert one.counted == 2


def test_a_code_that_fails_its_own_check_character_counts_with_a_reason_alone(case: Case, own: str, sign_in) -> None:
    """An entity that only the list states: typed wrong, or its licence has it so. The reader sees the reason."""
    wrong = people.OTHER[:-1] + "4"
    one = examine(case, upload(case, people.csv([people.row(1, own), people.row(2, wrong)])))
    browser, url = sign_in(case.account("coordinator")), f"/filings/{case.filing.uid}/lists/{one.uid}"
    assert "校验位对不上" in browser.get(url).text.partition(wrong)[2].partition("</tr>")[0]
    answer = browser.post(f"{url}/in-force")
    assert answer.status_code == 422
    assert (wrong in answer.text, "写明理由再办" in answer.text) == (True, True)
    assert browser.post(f"{url}/in-force", data={"code_reason": "看过执照"}).status_code == 302
    db.session.refresh(one)
    assert (one.state, one.counted, one.findings["code_reason"]) == ("in_force", 2, "看过执照")
    assert "校验位对不上的理由：看过执照" in browser.get(url).text


def test_columns_that_are_missing_are_all_named_before_anything_is_kept(case: Case) -> None:
    with pytest.raises(Invalid) as refused:
        upload(case, "姓名,身份证号\n何志,440606199001010011\n".encode())
    assert "统一社会信用代码" in refused.value.words
    db.session.rollback()
    assert db.session.execute(select(FilingList)).first() is None


def test_applicants_count_who_are_insured_too(case: Case, own: str) -> None:
    case.occupation()
    first = use(case, people.applicants(range(60)), "applicants", ELECTRICIAN)
    assert first.counted is None  # nobody to find them among
    assert line(case, APPLICANTS).judged.why == "absent"
    use(case, people.csv([people.row(at, own) for at in range(49)]))
    assert first.counted == 49
    assert line(case, APPLICANTS).judged.why == "below"
    use(case, people.csv([people.row(at, own) for at in range(50)]))
    assert line(case, APPLICANTS).judged.why == "unread"
    look(case, first)
    assert line(case, APPLICANTS).outcome == "met"
    with pytest.raises(Invalid, match="没有这个职业"):
        upload(case, people.applicants([1]), "applicants", "6-18-02-04")


def test_a_list_counts_once_somebody_else_has_looked_and_while_it_is_fresh(case: Case, own: str) -> None:
    case.save("people", {"insured_local": 9999})
    assert (line(case, INSURED).outcome, line(case, INSURED).judged.why) == ("open", "typed")
    one = use(case, people.insured(300, own))
    assert line(case, INSURED).judged.why == "unread"
    assert line(case, INSURED).inputs["facts"]["insured_local"]["value"] == 300
    with pytest.raises(OwnHand):
        mark_list_read(one, True, "", actor=case.actor("coordinator"), filing=case.filing, clock=case.clock)
    db.session.rollback()
    look(case, one, is_sound=False, note="盖章不清")
    assert line(case, INSURED).judged.why == "unsound"
    look(case, one)
    last = date(2027, 11, 23)  # twelve months after its day
    assert line(case, INSURED, last).outcome == "met"
    assert line(case, INSURED, last + timedelta(days=1)).judged.why == "stale"


def test_a_stated_number_is_no_list_from_the_day_of_the_rule_on(case: Case, own: str) -> None:
    """The day before it counts by a document that was read; what was decided then stays, and judges the same again."""
    proof = case.upload("statistics")
    case.save("people", {"insured_local": 400}, proof)
    case.read(proof)
    before, since = date(2026, 11, 30), date(2026, 12, 1)
    kept = line(case, INSURED, before)
    assert (kept.outcome, line(case, INSURED, since).judged.why) == ("met", "unlisted")
    (told,) = shown([line(case, INSURED, since)], to_office=False)
    assert (told.mark, "上传参保名单" in told.advice) == ("unclear", True)
    assert judge_stored(INSURED, "", kept.inputs).judged == kept.judged
    night = midnight(since)
    filings = {"new": [night - timedelta(seconds=1), night, None], "historic": [night]}
    made = [Filing(kind=kind, decided_at=at) for kind, decided in filings.items() for at in decided]
    asked = [_asks(one, BY_LIST, INSURED, since, rulebook()) for one in made]
    assert asked == [False, True, True, False]
    look(case, use(case, people.insured(300, own)))
    assert line(case, INSURED, since).outcome == "met"


def test_what_an_office_looked_up_later_stands_before_the_list(case: Case, own: str) -> None:
    from examops.filings.rulings import look_up

    case.fill()
    look_at = use(case, people.insured(300, own))
    case.act("submitted", "coordinator")
    look(case, look_at)
    actor = case.actor("district_bureau")
    look_up(case.filing, "", "insured_local", 299, "社保系统", today(case.clock), actor=actor)
    db.session.commit()
    assert line(case, INSURED).judged.why == "below"


def test_nothing_is_uploaded_or_used_while_the_filing_is_being_decided(case: Case, own: str) -> None:
    one = examine(case, upload(case, people.insured(3, own)))
    case.fill()
    case.act("submitted", "coordinator")
    with pytest.raises(FilingIsClosed):
        upload(case, people.insured(3, own))
    db.session.rollback()
    with pytest.raises(FilingIsClosed):
        put_in_force(one, actor=case.actor("coordinator"), filing=case.filing)


def test_a_new_list_takes_the_place_of_the_old_whose_people_go(case: Case, own: str) -> None:
    old = use(case, people.insured(3, own))
    new = use(case, people.insured(5, own))
    assert (old.state, new.state, people_kept()) == ("replaced", "in_force", 5)
    put_away(new, actor=case.actor("coordinator"), filing=case.filing, store=store())
    assert (new.state, people_kept(), dossier(case.filing).lists) == ("cancelled", 0, [])


def test_a_worker_that_died_begins_anew_and_a_cancelled_list_ends(case: Case, own: str, monkeypatch) -> None:
    """Killed between reading and writing nothing of it is there; the job run again ends as if nothing had been."""
    from examops.filings.lists import examining

    one = upload(case, people.insured(2500, own))
    with monkeypatch.context() as patched:
        patched.setattr(examining, "_chunks", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            examine(case, one)
    db.session.refresh(one)
    assert (one.state, one.done_count, one.findings, people_kept()) == ("examining", 2500, {}, 0)
    assert examine(case, one).state == "examined"
    assert people_kept() == 2500

    stopped = upload(case, people.insured(2500, own))
    real = examining._report

    def cancelled_at_the_first_thousand(uid, done, all_) -> None:
        real(uid, done, all_)
        put_away(stopped, actor=case.actor("coordinator"), filing=case.filing, store=store())
        db.session.commit()

    monkeypatch.setattr(examining, "_report", cancelled_at_the_first_thousand)
    assert examine(case, stopped).state == "cancelled"
    assert people_kept() == 2500


def test_people_go_when_their_term_is_over_and_the_decision_judges_the_same(case: Case, own: str) -> None:
    case.fill()
    insured = use(case, people.insured(300, own))
    asking = use(case, people.applicants(range(50)), "applicants", ELECTRICIAN)
    case.act("submitted", "coordinator")
    look(case, insured)
    look(case, asking)
    case.read_all()
    case.rule_all()
    case.act("reviewed", "district_bureau")
    case.act("filed", "city_bureau")
    assert people_kept() == 350
    begun = case.clock.instant
    for days, left in ((365, 350), (366, 0)):
        case.clock.instant = begun + timedelta(days=days)
        erase_due(case.clock, rulebook(), store(), actor=WORKER)
        db.session.commit()
        assert people_kept() == left, days
    assert (insured.counted, insured.erased_on) == (300, today(case.clock))
    kept = db.session.execute(select(FilingVerdict).where(FilingVerdict.moment == "decided")).scalars().all()
    assert {row.inputs["facts"]["insured_local"]["source"] for row in kept if row.rule == INSURED} == {"list"}
    for row in kept:
        assert judge_stored(row.rule, row.subject, row.inputs).outcome == row.outcome
    assert [found for one in INVARIANTS for found in one.find(case.clock)] == []


def test_the_whole_way_of_a_list_through_the_pages(case: Case, own: str, sign_in) -> None:
    case.occupation()
    browser, url = sign_in(case.account("coordinator")), f"/filings/{case.filing.uid}"
    assert f'value="applicants~{ELECTRICIAN}"' in browser.get(url).text
    rows = [people.row(1, own, "何志"), people.row(1, people.BRANCH, "何智"), people.row(2, own)]
    form = {"about": "insured", "as_of": "2026-11-20", "file": (io.BytesIO(people.csv(rows)), "参保.csv")}
    answer = browser.post(f"{url}/lists", data=form)
    assert answer.status_code == 302
    address = answer.location
    page = browser.get(address).text
    assert f'data-progress="{address}/progress"' in page
    assert browser.get(f"{address}/progress").json["finished"] is False
    one = db.session.execute(select(FilingList)).scalar_one()
    db.session.rollback()
    examine(case, one)
    db.session.rollback()
    page = browser.get(address).text
    for words in ("同一身份证号，两个姓名 1", "何智", "在几个单位都有的人 1", "名册自报，登记里没有"):
        assert words in page
    assert "用这份名册计数" not in page
    assert browser.post(f"{address}/in-force").status_code == 409
    assert browser.post(f"{address}/names", data={"name-0": "0"}).status_code == 302
    assert "用这份名册计数" in browser.get(address).text
    assert browser.post(f"{address}/in-force").status_code == 302
    assert "2 人" in browser.get(url).text
    assert "已有名册，按名册算：2 人" in browser.get(f"{url}/pages/people").text
    office = sign_in(case.account("district_centre"))
    assert office.get(address).status_code == 404  # a draft is its body's alone
    handed_in = {"state": "returned", "submitted_at": case.clock.instant, "due_on": today(case.clock)}
    db.session.execute(update(Filing).values(**handed_in, clock_owner="coordinator"))
    db.session.commit()
    assert office.post(f"{address}/reading", data={"sound": "no"}).status_code == 422
    assert office.post(f"{address}/reading", data={"sound": "yes"}).status_code == 302
    assert "看过，可用" in office.get(url).text
    browser = sign_in(case.account("coordinator"))
    assert browser.post(f"{address}/cancel").status_code == 302
    assert people_kept() == 0


def test_a_file_that_is_no_list_is_refused_on_the_filings_page(case: Case, sign_in) -> None:
    browser, url = sign_in(case.account("coordinator")), f"/filings/{case.filing.uid}"
    for content, about, words in (
        (b"%PDF-1.7", "insured", "文件是 PDF"),
        (b"", "insured", "没有选文件"),
        (people.applicants([1]), "nobody", "没有这种名册"),
    ):
        form = {"about": about, "as_of": "2026-11-20", "file": (io.BytesIO(content), "x.csv")}
        answer = browser.post(f"{url}/lists", data=form)
        assert answer.status_code == 422
        assert words in answer.text
