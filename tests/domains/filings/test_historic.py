"""Paper filings of before go-live: previewed with every fault, entered whole, acting from their day on."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import func, select

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.filings.invariants import INVARIANTS
from examops.filings.models import Filing, FilingDecision, FilingDocument
from examops.filings.tags import Tag
from examops.organisations import NotFiled, must_be_filed, registered_elsewhere
from examops.organisations.credit_code import check_character
from examops.organisations.directory import DirectoryEntry
from examops.organisations.models import Body, BodyOccupation, EntityBar, LegalEntity
from tests.domains.filings.conftest import PDF
from tests.factories import ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
HEAD = "机构名称,统一社会信用代码,机构类型,区,职业,等级,备案文号,备案日期"
PLANT, SCHOOL = "91440606MA4W2AJX1P", "52440605MJM51G3HR5"
ROWS = (
    f"佛山示例电器有限公司,{PLANT},企业,顺德区,电工,五级至三级,佛人社备〔2021〕3号,2021-03-01",
    f"佛山示例电器有限公司,{PLANT},企业,顺德区,焊工,4、3,佛人社备〔2021〕3号,2021-03-01",
    f"佛山示例电器有限公司,{PLANT},企业,顺德区,钳工,四级,佛人社备〔2022〕9号,2022-06-01",
    f"南海某技工学校,{SCHOOL},技工院校,南海,电工,中级工,佛人社备〔2021〕8号,2021年9月1日",
)


def sheet(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows]).encode()


def upload(browser, content: bytes):
    return browser.post("/filings/historic", data={"file": (io.BytesIO(content), "备案.csv")})


@pytest.fixture
def city(make, sign_in) -> tuple:
    account = make.user("city_bureau")
    return account, sign_in(account)


def entered(browser) -> None:
    address = upload(browser, sheet(*ROWS)).location
    assert browser.post(address).status_code == 302
    db.session.rollback()


def test_papers_are_previewed_and_then_entered_whole(city) -> None:
    account, browser = city
    answer = upload(browser, sheet(*ROWS))
    assert answer.status_code == 302
    page = browser.get(answer.location).text
    for words in (
        "2 个机构，3 份备案，4 个职业",
        "佛人社备〔2022〕9号",
        "技工院校",
        "五级/初级工、四级/中级工、三级/高级工",
    ):
        assert words in page
    db.session.rollback()
    assert db.session.execute(select(Filing)).first() is None

    page = browser.post(answer.location, follow_redirects=True).text
    assert "已录入 2 个机构的 3 份备案" in page
    assert browser.post(answer.location).status_code == 404  # once only
    filings = db.session.execute(select(Filing).order_by(Filing.id)).scalars().all()
    assert [(one.kind, one.state, one.entered_by_name, one.decided_by) for one in filings] == [
        ("historic", "filed", account.name, account.uid)
    ] * 3
    decision = db.session.execute(select(FilingDecision).where(FilingDecision.filing_id == filings[0].id)).scalar_one()
    assert (decision.act, decision.reason) == ("filed", "佛人社备〔2021〕3号（2021-03-01）")
    assert [found for one in INVARIANTS for found in one.find(None)] == []


def test_a_doubtful_credit_code_is_entered_with_a_reason_alone(city) -> None:
    """Its check character is wrong, as those of some licences are: typed wrong, or a reason is kept."""
    wrong = PLANT[:-1] + "M"
    _, browser = city
    address = upload(browser, sheet(*(row.replace(PLANT, wrong) for row in ROWS))).location
    page = browser.get(address).text
    asked = page.partition("统一社会信用代码要说明理由：")[2][:200]
    assert (f"{wrong}（校验位对不上）" in asked, SCHOOL in asked) == (True, False)
    assert '<input id="code_reason" name="code_reason"' in page
    answer = browser.post(address)
    assert answer.status_code == 422
    assert ("写明理由再办" in answer.text, "系统规则 上线前的备案" in answer.text) == (True, True)
    db.session.rollback()
    assert db.session.execute(select(Filing)).first() is None
    assert browser.post(address, data={"code_reason": "对照营业执照原件，照写"}).status_code == 302
    db.session.rollback()
    kept = db.session.execute(select(AuditEntry.payload).where(AuditEntry.tag == str(Tag.BODIES_IMPORTED))).scalars()
    assert sorted(one.get("code_reason", "") for one in kept) == ["", *["对照营业执照原件，照写"] * 2]
    # On record now, and asked no more.
    more = ROWS[0].replace(PLANT, wrong).replace("3号", "5号").replace("电工", "车工")
    assert "校验位对不上" not in browser.get(upload(browser, sheet(more)).location).text


def test_a_code_of_an_office_of_another_city_asks_for_a_reason_and_is_pointed_out(city) -> None:
    """A unit that moved to the city keeps its code: nobody is refused for it."""
    moved = "91440101MA4W2AJX1" + check_character("91440101MA4W2AJX1")
    _, browser = city
    address = upload(browser, sheet(*(row.replace(PLANT, moved) for row in ROWS))).location
    assert f"{moved}（登记机关在广东省广州市，不在佛山）" in browser.get(address).text
    assert browser.post(address).status_code == 422
    assert browser.post(address, data={"code_reason": "2019年自广州迁入，看过迁入登记"}).status_code == 302
    db.session.rollback()
    entity = db.session.execute(select(LegalEntity).where(LegalEntity.credit_code == moved)).scalar_one()
    assert "登记机关在广东省广州市。评价机构要在佛山注册登记" in browser.get(f"/entities/{entity.uid}").text
    filing = db.session.execute(select(Filing).order_by(Filing.id)).scalars().first()
    assert "登记机关在广东省广州市" in browser.get(f"/filings/{filing.uid}").text


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ("440604", ""),
        ("440681", ""),  # a code of the city of before
        ("440000", ""),  # offices of the province and the nation register units of every city
        ("100000", ""),
        ("999999", ""),
        ("440101", "广东省广州市"),
        ("430103", "湖南省长沙市"),
        ("310115", "上海市"),
    ],
)
def test_where_the_office_sits_that_registered_a_unit(region: str, place: str) -> None:
    assert registered_elsewhere(f"91{region}MA4W2AJX10") == place


def test_a_body_of_before_go_live_may_assess_what_its_papers_say_from_their_day_on(city, clock) -> None:
    entered(city[1])
    body = db.session.execute(select(Body).where(Body.kind == "enterprise")).scalar_one()
    assert (body.state, body.filed_on, body.district) == ("filed", date(2021, 3, 1), "440606")
    must_be_filed(body, ELECTRICIAN, "3", date(2026, 11, 23))
    for level, day in (("2", date(2026, 11, 23)), ("3", date(2021, 2, 28))):
        with pytest.raises(NotFiled):
            must_be_filed(body, ELECTRICIAN, level, day)
    listed = select(DirectoryEntry.level, func.lower(DirectoryEntry.valid)).where(DirectoryEntry.body_id == body.id)
    of_electrician = listed.where(DirectoryEntry.occupation_code == ELECTRICIAN)
    assert set(db.session.execute(of_electrician).all()) == {(level, date(2021, 3, 1)) for level in "543"}
    later = listed.where(
        DirectoryEntry.occupation_code != ELECTRICIAN, func.lower(DirectoryEntry.valid) > body.filed_on
    )
    assert db.session.execute(later).all() == [("4", date(2022, 6, 1))]


def test_every_fault_of_every_row_is_told_at_once_and_nothing_is_entered(city, make) -> None:
    known = make.body(state="exited", credit_code=SCHOOL, name="南海职业技工学校", kind="college")
    rows = (
        f",{PLANT[:-1]},工厂,番禺,没有的职业,七级,,2027-01-01",
        ROWS[0],
        ROWS[0].replace("佛山示例电器", "佛山别的电器").replace("2021-03-01", "2021-03-02"),
        ROWS[3],
    )
    page = upload(city[1], sheet(*rows)).text
    expected = (
        "第 2 行 A 列 机构名称：没有填",
        "第 2 行 B 列 统一社会信用代码：统一社会信用代码应为 18 位",
        "第 2 行 C 列 机构类型：写企业",
        "第 2 行 D 列 区：不是本市的区",
        "第 2 行 E 列 职业：职业目录里没有",
        "第 2 行 F 列 等级：等级认不出来",
        "第 2 行 G 列 备案文号：没有填",
        "第 2 行 H 列 备案日期：日期在今天之后",
        "第 4 行 A 列 机构名称：同一信用代码，第 3 行是另一个名称",
        "第 4 行 E 列 职业：同一文号里，第 3 行已有这个职业",
        "第 4 行 H 列 备案日期：同一文号，第 3 行是另一个日期",
        f"第 5 行 A 列 机构名称：登记的名称是“{known.name}”",
        "第 5 行 B 列 统一社会信用代码：这个机构现在是“已退出”",
    )
    for words in expected:
        assert words in page, words
    assert f"有错的地方 {len(expected)}" in page
    db.session.rollback()
    assert db.session.execute(select(LegalEntity).where(LegalEntity.credit_code == PLANT)).first() is None


def test_what_is_on_record_is_asked_again_when_it_is_entered(city) -> None:
    """Two uploads of the same papers: the second is refused with the number of the first, row by row."""
    _, browser = city
    first, second = (upload(browser, sheet(*ROWS)).location for _ in range(2))
    assert browser.post(first).status_code == 302
    answer = browser.post(second)
    assert answer.status_code == 422
    assert answer.text.count("这个文号已录入为 BA2026-P000") == 4
    db.session.rollback()
    assert db.session.execute(select(func.count()).select_from(Filing)).scalar_one() == 3
    assert db.session.execute(select(func.count()).select_from(BodyOccupation)).scalar_one() == 4


def test_papers_are_scanned_later_and_a_question_until_they_are_read(city, make, sign_in, clock) -> None:
    entered(city[1])
    body = db.session.execute(select(Body).where(Body.kind == "college")).scalar_one()
    filing = db.session.execute(select(Filing).where(Filing.body_id == body.id)).scalar_one()
    db.session.rollback()
    url = f"/filings/{filing.uid}"
    page = city[1].get(url).text
    assert "纸质材料还没有扫描上传" in page
    assert f"{city[0].name} 录入" in page
    own = sign_in(make.user("coordinator", body))
    form = {"kind": "licence", "file": (io.BytesIO(PDF), "批文.pdf")}
    assert own.post(f"{url}/documents", data=form).status_code == 302
    assert "材料 1 份，看过可用 0 份" in own.get(url).text
    document = db.session.execute(select(FilingDocument)).scalar_one()
    address = f"{url}/documents/{document.uid}/reading"
    db.session.rollback()
    assert sign_in(make.user("city_centre")).post(address, data={"sound": "yes"}).status_code == 302
    assert "材料 1 份，看过可用 1 份" in own.get(url).text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "没有选文件"),
        (b"%PDF-1.7", "文件是 PDF"),
        (
            sheet(ROWS[0], head="机构名称,统一社会信用代码"),
            "表里没有这些列：机构类型、区、职业、等级、备案文号、备案日期",
        ),
        (sheet(), "表里有 0 行"),
        (sheet(*[ROWS[0]] * 2001), "表里有 2001 行，要有 1 到 2000 行"),
    ],
)
def test_a_sheet_that_is_none_is_refused_in_words(city, content: bytes, words: str) -> None:
    answer = upload(city[1], content)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_day_that_cannot_be_read_is_told_in_words(city) -> None:
    """No code of the reader reaches the page, whichever it is."""
    days = ("2021-02-30", "去年", "21.3.1", "2021-3", "3/1/2021", "无")
    rows = [ROWS[0].replace("2021-03-01", day).replace("3号", f"{n}号") for n, day in enumerate(days)]
    page = upload(city[1], sheet(*rows)).text
    assert "day." not in page
    assert all(words in page for words in ("没有这一天", "日期认不出来", "只有年月", "日和月的次序不清", "没有填"))


def test_a_paper_of_a_barred_entity_is_a_fault_of_the_sheet_and_no_error(city, make) -> None:
    """As another kind of body as well: the bar is the entity's."""
    entity = make.save(LegalEntity(credit_code=PLANT, name="佛山示例电器有限公司", district="440606"))
    told = {"ground": "idle", "clause": "市工作方案 四(五)", "case_number": "TC2026-0009", "decided_by_name": "郑建国"}
    days = {"from_on": date(2026, 11, 2), "until_on": date(2028, 11, 2)}
    make.save(EntityBar(legal_entity_id=entity.id, **told, **days))
    answer = upload(city[1], sheet(*ROWS))
    assert answer.status_code == 422
    assert "第 2 行 B 列 统一社会信用代码：这个单位已取消备案（TC2026-0009），2028-11-02 以前不能备案" in answer.text


def test_the_last_session_before_this_system_is_kept_with_the_body(city) -> None:
    rows = [f"{ROWS[0]},2026-05-20", f"{ROWS[1]},", f"{ROWS[2]},2026-05-20", f"{ROWS[3]},无"]
    address = upload(city[1], sheet(*rows, head=f"{HEAD},上次认定日期")).location
    assert "2026-05-20" in city[1].get(address).text
    city[1].post(address)
    db.session.rollback()
    held = db.session.execute(select(Body.kind, Body.last_session_on).order_by(Body.kind)).all()
    assert [tuple(row) for row in held] == [("college", None), ("enterprise", date(2026, 5, 20))]
    page = upload(city[1], sheet(f"{ROWS[0]},2026-12-20", f"{ROWS[1]},2026-05-20", head=f"{HEAD},上次认定日期")).text
    assert ("日期在今天之后" in page) is True
