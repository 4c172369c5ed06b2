"""A file with faults: all of them at once, each with its path, and nothing saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.ops.setup.command import run
from examops.ops.setup.content import Unreadable
from examops.organisations.models import Body, EntityBar, LegalEntity
from tests.domains.ops.setup.conftest import EXAMPLE, rows

CAMERA_PASSWORD = "camera-pass-9"
Change = Callable[[dict[str, Any]], object]


def body(content: dict[str, Any]) -> dict[str, Any]:
    return content["bodies"][0]


def room(content: dict[str, Any]) -> dict[str, Any]:
    return body(content)["sites"][0]["rooms"][0]


def card(content: dict[str, Any]) -> dict[str, Any]:
    return body(content)["staff"][0]["cards"][0]


ROOM, CARD = "bodies[0].sites[0].rooms[0]", "bodies[0].staff[0].cards[0]"
# What somebody might do to the example, the path of the fault, and words of it.
CHANGES: dict[str, tuple[Change, str, str]] = {
    "unknown key": (lambda c: room(c).update(seat=3), f"{ROOM}.seat", "没有这个键，是不是 seats？"),
    "missing key": (lambda c: body(c).pop("address"), "bodies[0].address", "没有写"),
    "missing list": (lambda c: room(c).pop("workstations"), f"{ROOM}.workstations", "没有写"),
    "nothing after the colon": (lambda c: body(c).update(telephone=None), "bodies[0].telephone", "没有写"),
    "unknown key of the file": (lambda c: c.update(rooms=[]), "rooms", "没有这个键"),
    "no list": (lambda c: room(c).update(cameras="前"), f"{ROOM}.cameras", "须是列表"),
    "no block": (lambda c: c["accounts"].append("李婷"), "accounts[8]", "须是“键: 值”"),
    "an empty block": (lambda c: c["accounts"].append({}), "accounts[8].login", "没有写"),
    "a mark that cannot be kept": (lambda c: body(c).update(address="a\x00b"), "bodies[0].address", "不能保存的字符"),
    "number for a text": (lambda c: card(c).update(number=1), f"{CARD}.number", "请加引号"),
    "kind": (lambda c: body(c).update(kind="firm"), "bodies[0].kind", "enterprise（企业）"),
    "district": (lambda c: body(c).update(district="天河"), "bodies[0].district", "440606（顺德）"),
    "occupations without a day": (lambda c: body(c).pop("filed_on"), "bodies[0].occupations", "还没有备案，职业写 []"),
    "day": (lambda c: body(c).update(filed_on="2025-02-31"), "bodies[0].filed_on", "须是日期"),
    "occupation": (
        lambda c: body(c)["occupations"][0].update(code="9-99"),
        "bodies[0].occupations[0].code",
        "职业目录里没有它",
    ),
    "level beyond 5": (
        lambda c: body(c)["occupations"][0].update(levels=[6]),
        "bodies[0].occupations[0].levels",
        "须是等级",
    ),
    "occupation twice": (
        lambda c: body(c)["occupations"][1].update(code="电工"),
        "bodies[0].occupations[1].code",
        "重复",
    ),
    "stations": (
        lambda c: room(c)["workstations"][0].update(codes="A-12~A-01"),
        f"{ROOM}.workstations[0].codes",
        "工位写成 A-01~A-12",
    ),
    "count of stations": (
        lambda c: room(c)["workstations"][0].update(codes="12"),
        f"{ROOM}.workstations[0].codes",
        "工位写成 A-01~A-12",
    ),
    "station twice": (
        lambda c: room(c)["workstations"][1].update(codes="A-10"),
        f"{ROOM}.workstations[1].codes",
        "A-10 与",
    ),
    "covers": (
        lambda c: room(c)["cameras"][0].update(covers="A-01~A-14"),
        f"{ROOM}.cameras[0].covers",
        "没有工位 A-13、A-14",
    ),
    "seats": (lambda c: room(c).update(seats=True), f"{ROOM}.seats", "须是 1 到"),
    "room twice": (
        lambda c: body(c)["sites"][0]["rooms"][1].update(name="A栋实训室"),
        "bodies[0].sites[0].rooms[1].name",
        "重复（A栋实训室）",
    ),
    "label twice": (lambda c: room(c)["cameras"][1].update(label="前"), f"{ROOM}.cameras[1].label", "重复（前）"),
    "address twice": (
        lambda c: room(c)["cameras"][1].update(source=room(c)["cameras"][0]["source"]),
        f"{ROOM}.cameras[1].source",
        "重复（后）",
    ),
    "no RTSP": (
        lambda c: room(c)["cameras"][0].update(source="http://192.0.2.1/"),
        f"{ROOM}.cameras[0].source",
        "须是 rtsp://",
    ),
    "login": (
        lambda c: room(c)["cameras"][0].update(source=f"rtsp://admin:{CAMERA_PASSWORD}@192.0.2.1/1"),
        f"{ROOM}.cameras[0].source",
        "不带账号密码",
    ),
    "login in the path": (
        lambda c: room(c)["cameras"][0].update(source=f"rtsp://192.0.2.1/user=a&password={CAMERA_PASSWORD}"),
        f"{ROOM}.cameras[0].source",
        "带了账号或密码",
    ),
    "admitted by nobody": (
        lambda c: room(c)["cameras"][0].pop("admitted_by"),
        f"{ROOM}.cameras[0].admitted_by",
        "谁看过适用性测试",
    ),
    "admitted tomorrow": (
        lambda c: room(c)["cameras"][0].update(admitted_on="2026-11-24"),
        f"{ROOM}.cameras[0].admitted_on",
        "在今天之后",
    ),
    "card dates": (lambda c: card(c).update(valid_until="2024-12-31"), f"{CARD}.valid_until", "早于 valid_from"),
    "card without occupation": (lambda c: card(c).pop("occupation"), f"{CARD}.occupation", "考评员的证要写职业"),
    "proctor with occupation": (lambda c: card(c).update(kind="proctor"), f"{CARD}.occupation", "不写职业"),
    "card of another": (
        lambda c: body(c)["staff"][1]["cards"][0].update(number="GD00000001"),
        "bodies[0].staff[1].cards[0].number",
        "是 王示例 的",
    ),
    "card twice": (
        lambda c: body(c)["staff"][0]["cards"].append(card(c)),
        "bodies[0].staff[0].cards[2].number",
        "重复（GD00000001）",
    ),
    "person twice": (lambda c: body(c)["staff"][1].update(name="王示例"), "bodies[0].staff[1].name", "重复（王示例）"),
    "unknown account": (
        lambda c: body(c)["staff"][0].update(login="nobody"),
        "bodies[0].staff[0].login",
        "没有这个账号",
    ),
    "body twice": (
        lambda c: c["bodies"][1].update(credit_code=body(c)["credit_code"], kind="enterprise"),
        "bodies[1].credit_code",
        "重复",
    ),
    "short name twice": (lambda c: c["bodies"][1].update(short_name="示例电器"), "bodies[1].short_name", "重复"),
    "account twice": (lambda c: c["accounts"][1].update(login="Chen.Kaowu"), "accounts[1].login", "重复"),
    "blank in a login": (lambda c: c["accounts"][1].update(login="wang shili"), "accounts[1].login", "不能有空格"),
    "role": (
        lambda c: c["accounts"][0]["grants"][0].update(role="boss"),
        "accounts[0].grants[0].role",
        "coordinator（考务）",
    ),
    "no reach": (lambda c: c["accounts"][0]["grants"][0].pop("body"), "accounts[0].grants[0]", "范围写其中一种"),
    "two reaches": (
        lambda c: c["accounts"][0]["grants"][0].update(city=True),
        "accounts[0].grants[0]",
        "范围写其中一种",
    ),
    "unknown body": (
        lambda c: c["accounts"][0]["grants"][0].update(body="华岭"),
        "accounts[0].grants[0].body",
        "没有简称为 华岭 的机构",
    ),
    "unknown site": (
        lambda c: c["accounts"][2]["grants"][0].update(site="三水考点"),
        "accounts[2].grants[0].site",
        "示例电器 没有考点 三水考点",
    ),
    "coordinator of a site": (
        lambda c: c["accounts"][0]["grants"][0].update(site="容桂考点"),
        "accounts[0].grants[0].role",
        "整个机构",
    ),
    "office of a district": (
        lambda c: c["accounts"][5]["grants"].append({"role": "district_bureau", "city": True}),
        "accounts[5].grants[1].role",
        "写 district",
    ),
    "grant twice": (
        lambda c: c["accounts"][4]["grants"].append({"role": "supervisor", "city": True}),
        "accounts[4].grants[1]",
        "重复",
    ),
    "head of no office": (
        lambda c: c["accounts"][0]["grants"][0].update(head=True),
        "accounts[0].grants[0].head",
        "负责人",
    ),
    "no grant": (lambda c: c["accounts"][0].update(grants=[]), "accounts[0].grants", "至少要有一项任职"),
    "notice without text": (lambda c: c["privacy_notice"].pop("text"), "privacy_notice", "二者取一"),
    "notice of no file": (
        lambda c: c.update(privacy_notice={"version": 1, "title": "告知", "file": "没有.txt"}),
        "privacy_notice.file",
        "读不了 没有.txt",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_fault_is_named_with_its_path_and_nothing_is_saved(faults, content, name: str) -> None:
    change, path, words = CHANGES[name]
    change(content)
    (fault,) = [one for one in faults(content) if one.startswith(f"{path}: ")]
    assert words in fault
    assert CAMERA_PASSWORD not in fault
    assert rows() == {}


def test_all_faults_are_told_at_once(faults, content) -> None:
    room(content)["seats"] = 0
    card(content)["kind"] = "boss"
    content["accounts"][0]["grants"][0]["body"] = "华岭"
    content["privacy_notice"]["version"] = "一"
    assert [one.split(": ")[0] for one in faults(content)] == [
        f"{ROOM}.seats",
        f"{CARD}.kind",
        "privacy_notice.version",
        "accounts[0].grants[0].body",
    ]


def test_keys_that_stand_twice_are_told_with_everything_else(faults) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace("    kind: college\n", "    kind: college\n    kind: social\n").replace("seats: 12", "seats: 0")
    text = text.replace("accounts: ", "accounts: []\naccounts: ")
    told = faults(text)
    assert [one.split("（")[0] for one in told] == [
        "bodies[1].kind: 写了两次",
        "accounts: 写了两次",
        f"{ROOM}.seats: 须是 1 到 5000 的整数",
    ]


def test_a_day_that_does_not_exist_is_a_fault_of_its_field(faults) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("filed_on: 2025-03-01", "filed_on: 2025-02-31")
    assert faults(text) == ["bodies[0].filed_on: 须是日期，写成 2026-11-26"]


@pytest.mark.parametrize(
    ("code", "doubts"),
    [
        ("91440606MA4Y5LDQ0A", "校验位对不上"),
        ("9144060MA4Y5LDQ0P", "不是 18 位"),
        ("91440101MA4Y5LDQ0M", "登记机关在广东省广州市，不在佛山"),
        ("91440101MA4Y5LDQ0A", "校验位对不上、登记机关在广东省广州市，不在佛山"),
    ],
)
def test_a_doubtful_credit_code_is_taken_with_a_reason_alone(apply, faults, content, code: str, doubts: str) -> None:
    body(content)["credit_code"] = code
    card(content)["valid_until"] = "2026-12-31"
    assert faults(content) == [
        f"bodies[0].credit_code: 统一社会信用代码{doubts}；对照证照，写错的改正，"
        "证照上就是这样的，加一行 code_reason 写明理由"
    ]
    assert rows() == {}
    outcome = apply(_with_reason(content))
    assert sorted(outcome.warnings) == [
        f"bodies[0].credit_code: {doubts}，照写的保存，理由：看过营业执照原件",
        f"{CARD}.valid_until: 2026-12-31 到期，到期后不能再排",
    ]
    kept = db.session.execute(select(AuditEntry.payload).where(AuditEntry.subject_words == "示例电器")).scalars()
    assert [one.get("code_reason") for one in kept if "added" in one] == ["看过营业执照原件"]
    assert apply(content).changed == [], "it is on record now and asked no more"


def _with_reason(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "bodies": [{**body(content), "code_reason": "看过营业执照原件"}, *content["bodies"][1:]]}


def test_a_doubtful_code_without_a_reason_is_told_by_its_line(apply, clock, tmp_path, capsys) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("91440606MA4Y5LDQ0P", "91440606MA4Y5LDQ0A")
    file = tmp_path / "installation.yaml"
    file.write_text(text, encoding="utf-8")
    assert run(file, dry_run=False, clock=clock) == 1
    line = next(at for at, words in enumerate(text.splitlines(), start=1) if "LDQ0A" in words)
    assert f"第 {line} 行 bodies[0].credit_code: 统一社会信用代码校验位对不上" in capsys.readouterr().err


def test_the_district_of_what_is_there_is_not_changed(apply, faults, content) -> None:
    apply()
    body(content)["district"] = "三水"
    assert [one.split("；")[0] for one in faults(content)] == [
        "bodies[0].district: 已建为 440606，以往的记录都带着它，不能在这里改",
        "bodies[0].sites[0].district: 已建为 440606，以往的记录都带着它，不能在这里改",
    ]


def test_a_published_notice_is_not_changed(apply, faults, content) -> None:
    apply()
    content["privacy_notice"]["text"] = "改过的"
    (fault,) = faults(content)
    assert fault.startswith("privacy_notice.version: 第 1 版已发布")


def test_what_is_there_already_counts_when_names_are_looked_up(apply, faults, content) -> None:
    """A later file of one new body and its account: others are known from the database."""
    apply()
    college = content["bodies"][1]
    college["credit_code"], college["name"] = "52440604MJ4JCPJ036", "另一家"
    later = {
        "bodies": [college],
        "accounts": [
            {"login": "x", "name": "甲", "grants": [{"role": "proctor", "body": "示例电器", "site": "容桂考点"}]}
        ],
    }
    assert faults(later) == ["bodies[0].short_name: 已是另一个机构（12440605MA4Y5L7X3T）的简称"]
    college["short_name"] = "另一家"
    assert [line.kind for line in apply(later).added] == ["账号", "机构", "职业", "任职"]


def test_a_body_of_another_kind_is_no_change_of_this_one(apply, faults, content) -> None:
    apply()
    content["bodies"][0]["kind"] = "social"

    fault, *others = faults(content)
    assert fault.startswith("bodies[0].kind: 已建为 enterprise，不能在这里改")
    assert all(".number: 证号" in one for one in others), "its people hold their cards at the first kind"


@pytest.mark.parametrize("is_filed", [True, False])
def test_a_barred_entity_is_not_entered_by_the_file_as_another_kind_of_body(
    apply, faults, content, make, is_filed
) -> None:
    """The bar is the entity's; what was there before may stand in the file still."""
    apply(content)
    first = body(content)
    entity = db.session.query(LegalEntity).filter_by(credit_code=first["credit_code"]).one()
    told = {"ground": "idle", "clause": "市工作方案 四(五)", "case_number": "TC2026-0009", "decided_by_name": "郑建国"}
    days = {"from_on": date(2026, 11, 2), "until_on": date(2028, 11, 2)}
    make.save(EntityBar(legal_entity_id=entity.id, **told, **days))
    assert apply(content).changed == []
    more = {"short_name": "另一类", "kind": "social", "occupations": [], "sites": [], "staff": []}
    day = {} if is_filed else {"filed_on": ""}
    content["bodies"].append({name: value for name, value in {**first, **more, **day}.items() if value != ""})
    (fault,) = faults(content)
    assert fault.startswith(f"bodies[2].{'filed_on' if is_filed else 'credit_code'}: 这个单位已取消备案")
    assert "（TC2026-0009），2028-11-02 以前不能备案" in fault
    assert "（市工作方案 四(五)）；把这一项从文件里去掉" in fault


def test_people_whom_the_database_cannot_tell_apart_are_a_fault(apply, faults, content, make) -> None:
    apply()
    firm = db.session.query(Body).filter_by(short_name="示例电器").one()
    make.staff(firm, name="王示例")
    assert [one.split("，")[0] for one in faults(content)] == ["bodies[0].staff[0].name: 本机构已有几个同名的人"]


def test_an_error_in_the_middle_takes_everything_back(apply) -> None:
    """The transaction is one: the accounts that were added before the error go with it."""
    passwords = iter(["first-of-8", "second-of-8"])
    with pytest.raises(StopIteration):
        apply(make_password=lambda: next(passwords))
    assert rows() == {}


def test_two_bodies_of_one_short_name_in_the_database_are_a_fault(apply, faults, content) -> None:
    """Grants name bodies so: which of the two would be a guess."""
    apply()
    db.session.execute(update(Body).where(Body.short_name == "示例学院").values(short_name="示例电器"))
    db.session.commit()
    content["bodies"] = [body(content)]
    content["accounts"] = []
    assert faults(content) == ["bodies[0].short_name: 已是另一个机构（12440605MA4Y5L7X3T）的简称"]
    content["bodies"] = []
    content["accounts"] = [{"login": "x", "name": "甲", "grants": [{"role": "proctor", "body": "示例电器"}]}]
    assert [one.split("，")[0] for one in faults(content)] == [
        "accounts[0].grants[0].body: 系统里有几个机构简称为 示例电器"
    ]


def test_a_login_that_differs_from_a_known_one_in_capitals_only_is_a_fault(apply, faults, content) -> None:
    apply()
    content["accounts"][4]["login"] = "Du.Dao"
    assert faults(content) == ["accounts[4].login: 已有账号 du.dao，只差大小写"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "不是 YAML"),
        ("- a", "最外层须是"),
        ("a: !!python/name:os.system", "不是 YAML"),
        ("a: &x [*x]", "不是 YAML"),
    ],
)
def test_what_is_no_setup_file_is_refused_in_words(apply, text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        apply(text)


def test_an_empty_file_lacks_everything(faults) -> None:
    assert faults("") == ["bodies: 没有写", "accounts: 没有写"]


def test_the_command_writes_every_fault_to_the_error_output(apply, clock, tmp_path, capsys) -> None:
    file = tmp_path / "wrong.yaml"
    assert run(file, dry_run=False, clock=clock) == 2
    assert "读不了文件" in capsys.readouterr().err
    file.write_text("bodies: []\naccounts: []\nroom: 1\n", encoding="utf-8")
    assert run(file, dry_run=False, clock=clock) == 1
    written = capsys.readouterr()
    assert (written.out, written.err) == ("", f"{file} 有 1 处要改，什么都没有保存：\n  第 3 行 room: 没有这个键\n")


def test_the_command_tells_faults_by_their_lines_in_the_order_of_the_file(apply, clock, tmp_path, capsys) -> None:
    """A value at its own line, what is missing at the block that lacks it, a key written twice at the second."""
    file = tmp_path / "wrong.yaml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("            seats: 12\n", "            seats: 0\n")
    text = text.replace('    telephone: "0757-00000001"\n', "").replace("accounts: ", "accounts: []\naccounts: ")
    text = text.replace("  - login: chen.kaowu\n", '  - login: chen.kaowu\n    phone: "1"\n')
    file.write_text(text, encoding="utf-8")
    assert run(file, dry_run=False, clock=clock) == 1
    _head, *told = capsys.readouterr().err.splitlines()
    lines = text.splitlines()
    at = {word: 1 + next(n for n, line in enumerate(lines) if word in line) for word in ("seats: 0", "    phone:")}
    college = 1 + next(n for n, line in enumerate(lines) if "name: 佛山市示例技师学院" in line)
    accounts = 1 + max(n for n, line in enumerate(lines) if line.startswith("accounts:"))
    assert told == [
        f"  第 {at['seats: 0']} 行 {ROOM}.seats: 须是 1 到 5000 的整数",
        f"  第 {college} 行 bodies[1].telephone: 没有写",
        f"  第 {accounts} 行 accounts: 写了两次",
        f"  第 {at['    phone:']} 行 accounts[0].phone: 没有这个键",
    ]
