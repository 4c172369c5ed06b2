"""The example file sets up an installation; again it changes nothing; changed it changes what it says and no more."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from datetime import date, datetime

import pytest
import yaml
from sqlalchemy import select

from examops.accounts.models import RoleGrant, UserAccount
from examops.accounts.service import PER_LOGIN
from examops.audit.models import AuditEntry
from examops.core.clock import SHANGHAI
from examops.core.database import db
from examops.core.language import render
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage import sight_until
from examops.ops.setup.command import main, renew, run
from examops.ops.setup.saving_accounts import ACTOR
from examops.organisations import former_names, rename
from examops.organisations.models import Body, BodyOccupation, LegalEntity
from examops.sites.models import Camera, CameraCoverage, Room, Site, Workstation
from examops.staff.models import Qualification, StaffMember
from tests.domains.ops.setup.conftest import EXAMPLE, rows
from tests.factories import ELECTRICIAN, PASSWORD

WELDER = "6-18-02-04"
LOADED = {
    "legal_entity": 2,
    "body": 2,
    "body_occupation": 3,
    "site": 2,
    "room": 2,
    "workstation": 42,
    "camera": 4,
    "camera_coverage": 54,
    "staff_member": 3,
    "qualification": 4,
    "user_account": 8,
    "role_grant": 9,
    "privacy_notice": 1,
    "directory_card": 2,
    "directory_entry": 7,
    "number_counter": 1,
}


def one(query):
    return db.session.execute(query).scalar_one()


def test_the_example_fills_an_empty_database(apply) -> None:
    outcome = apply()
    assert {name: count for name, count in rows().items() if name != "audit_entry"} == LOADED
    assert outcome.changed == outcome.left == outcome.warnings == []


def test_what_the_example_says_stands_in_the_rows(apply) -> None:
    apply()
    body = one(select(Body).where(Body.short_name == "示例电器"))
    assert (body.kind, body.district, body.state, body.filed_on) == ("enterprise", "440606", "filed", date(2025, 3, 1))
    levels = {
        row.occupation_code: row.levels
        for row in db.session.execute(select(BodyOccupation).where(BodyOccupation.body_id == body.id)).scalars()
    }
    assert levels == {ELECTRICIAN: ["5", "4", "3"], WELDER: ["5", "4"]}
    assert [row.district for row in db.session.execute(select(Site).order_by(Site.id)).scalars()] == [
        "440606",
        "440605",
    ]
    assert one(select(Workstation).where(Workstation.code == "A-12")).occupations == [ELECTRICIAN, WELDER]
    member = one(select(StaffMember).where(StaffMember.name == "王示例"))
    assert member.user_id == one(select(UserAccount.id).where(UserAccount.login == "wang.shili"))
    grant = one(select(RoleGrant).join(UserAccount).where(UserAccount.login == "li.shili"))
    assert (grant.role, grant.reach, grant.body_id) == ("proctor", "site", body.id)


def test_a_body_without_a_day_is_to_file_online_and_stays_so(apply, faults, content, sign_in, make) -> None:
    """It is listed nowhere, its first filing is a new one, and no later file calls it filed."""
    told = content["bodies"][1]
    del told["filed_on"]
    told["occupations"] = []
    apply(content)
    body = one(select(Body).where(Body.short_name == "示例学院"))
    assert (body.state, body.filed_on, rows()["directory_card"]) == ("draft", None, 1)
    browser = sign_in(make.user("coordinator", body))
    browser.post("/privacy-notice", data={"version": "1"})
    assert 'value="new" selected' in browser.get("/filings").text
    apply(content)
    told["filed_on"] = "2025-06-01"
    assert any("建好时没有备案" in line for line in faults(content))


def test_another_name_is_a_change_of_name_and_keeps_the_former_one(apply, content) -> None:
    apply()
    old, content["bodies"][0]["name"] = content["bodies"][0]["name"], "佛山市示例新名有限公司"
    outcome = apply(content)

    assert [f"{line.kind} {line.words}" for line in outcome.changed] == [
        f"机构 示例电器：名称 {old} → 佛山市示例新名有限公司，旧名称留作曾用名"
    ]
    body = one(select(Body).where(Body.short_name == "示例电器"))
    assert (body.name, [row.name for row in former_names(body.legal_entity_id)]) == ("佛山市示例新名有限公司", [old])
    assert apply(content).changed == []


def test_a_file_with_the_name_of_before_a_change_on_a_page_is_told_the_new_one(apply, faults, content, clock) -> None:
    """Applied as it is, it would take the change of name back."""
    apply()
    with transaction(SYSTEM):
        entity = one(select(LegalEntity).where(LegalEntity.name == content["bodies"][0]["name"]))
        rename(entity, "佛山市示例新名有限公司", date(2026, 11, 2), "", actor=ACTOR, clock=clock)
    assert faults(content) == ["bodies[0].name: 这是曾用名，已更名为 佛山市示例新名有限公司；文件里也写新名称"]
    content["bodies"][0]["name"] = "佛山市示例新名有限公司"
    assert apply(content).changed == []


def test_a_second_change_of_name_on_one_day_is_refused_in_words(apply, content, clock, tmp_path, capsys) -> None:
    apply()
    for name in ("佛山市示例新名有限公司", "佛山市示例又名有限公司"):
        content["bodies"][0]["name"], file = name, tmp_path / "installation.yaml"
        file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        ended = run(file, dry_run=False, clock=clock)
    assert ended == 1
    assert "没有保存：2026-11-22 之前用的是更早的名称" in capsys.readouterr().err


def test_what_was_taken_back_on_a_page_is_not_given_again_by_the_file(apply, make) -> None:
    apply()
    before = rows()
    make.run_as_owner(
        "WITH gone AS (DELETE FROM role_grant g USING user_account u WHERE u.id = g.user_id AND u.login = 'du.dao'"
        " RETURNING g.*) INSERT INTO former_grant (uid, user_id, role, reach, held_since, ended_at, ended_by,"
        " ended_by_name, ended_by_role, how, reason) SELECT gen_random_uuid(), user_id, role, reach, created_at,"
        " '2026-11-20 10:00+08', gen_random_uuid(), '吴运维', 'operator', 'taken_back', '离职' FROM gone"
    )
    again = apply()
    assert (again.added, again.changed, rows()["role_grant"]) == ([], [], before["role_grant"] - 1)
    assert again.warnings == [
        "accounts[4].grants[0]: du.dao 督导员 全市 2026-11-20 由吴运维收回，没有恢复；"
        "要恢复的，在“账号”页点“恢复”，否则从文件里去掉"
    ]


def test_a_card_that_was_ended_on_a_page_stays_ended(apply, content) -> None:
    apply()
    card = one(select(Qualification).where(Qualification.card_number == "GD00000004"))
    printed = card.valid_until
    card.printed_until, card.valid_until, card.end_reason = printed, date(2026, 11, 20), "离职"
    db.session.commit()
    content["bodies"][0]["staff"][2]["cards"][0]["valid_until"] = date(2029, 12, 31)
    again = apply(content)
    db.session.refresh(card)
    assert (card.valid_until, card.printed_until, card.end_reason) == (date(2026, 11, 20), printed, "离职")
    assert (again.added, again.changed, again.left) == ([], [], [])
    assert again.warnings == [
        "bodies[0].staff[2].cards[0]: 示例电器 周示例 GD00000004 已在页面上结束，最后一天 2026-11-20（离职），没有改；"
        "要重新算数的，按新证件登记，否则从文件里去掉"
    ]


CAMERA_AT = "bodies[0].sites[0].rooms[0].cameras[0]"
FRONT = "示例电器 容桂考点 A栋实训室 前"
AGAIN = "在“设备试运行”里再试、再准入"


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ({"position": "后墙正中"}, "位置"),
        ({"source": "rtsp://192.0.2.77:554/new"}, "地址"),
        ({"width": 1920, "height": 1080}, "宽、高"),
    ],
)
def test_a_camera_that_the_file_changes_loses_its_admission(apply, content, told: dict, what: str) -> None:
    """As on the page: what was tried is not there any more. Marks end, and the file does not admit it again."""
    apply()
    camera = db.session.execute(select(Camera).order_by(Camera.id)).scalars().first()
    marks = select(CameraCoverage).where(CameraCoverage.camera_id == camera.id)
    assert all(mark.valid.upper is None for mark in db.session.execute(marks).scalars())
    content["bodies"][0]["sites"][0]["rooms"][0]["cameras"][0] |= told
    outcome = apply(content)
    assert outcome.warnings == [f"{CAMERA_AT}: {FRONT} 换了{what}，准入收回，看到的工位先不算；{AGAIN}"]
    assert [line.kind for line in outcome.changed] == ["摄像机"]
    db.session.expire_all()
    assert all(getattr(camera, name) == value for name, value in told.items())
    assert sight_until(camera) is not None
    assert all(mark.valid.upper is not None for mark in db.session.execute(marks).scalars())
    again = apply(content)
    assert (again.changed, again.warnings) == ([], [])
    content["bodies"][0]["sites"][0]["rooms"][0]["cameras"][0]["admitted_on"] = date(2026, 11, 22)
    again = apply(content)
    assert again.changed == []
    assert again.warnings == [f"{CAMERA_AT}.admitted_on: {FRONT} 换过地址或画面，文件里的准入没有写；{AGAIN}"]


def test_another_label_word_or_door_of_a_camera_leaves_its_admission(apply, content) -> None:
    apply()
    content["bodies"][0]["sites"][0]["rooms"][0]["cameras"][0]["is_door"] = True
    outcome = apply(content)
    assert (len(outcome.changed), outcome.warnings) == (1, [])
    camera = db.session.execute(select(Camera).order_by(Camera.id)).scalars().first()
    assert (camera.is_door, sight_until(camera)) == (True, None)


def test_a_retired_camera_is_not_written_by_the_file(apply, content, clock) -> None:
    apply()
    camera = db.session.execute(select(Camera).order_by(Camera.id)).scalars().first()
    camera.retired_at, camera.retired_by, camera.retired_reason = clock.now(), "吴运维", "坏了"
    db.session.commit()
    content["bodies"][0]["sites"][0]["rooms"][0]["cameras"][0]["position"] = "后墙正中"
    outcome = apply(content)
    assert outcome.changed == []
    assert outcome.warnings == [f"{CAMERA_AT}: {FRONT} 已在页面上撤下，文件里改的没有写；从文件里去掉它"]


def test_a_camera_is_admitted_only_where_the_file_says_who_saw_the_test(apply) -> None:
    apply()
    query = select(Camera, Room.name).join(Room, Room.id == Camera.room_id).order_by(Camera.id)
    admitted = {f"{room} {camera.label}": camera for camera, room in db.session.execute(query)}
    first = admitted.pop("A栋实训室 前")
    assert first.admitted_at.astimezone(SHANGHAI).date() == date(2026, 11, 2)
    assert first.fitness == {"admitted_by": "王示例"}
    assert [camera.admitted_at for camera in admitted.values()] == [None, None, None]
    assert [camera.is_door for camera in admitted.values()] == [False, False, True]


def test_the_second_time_nothing_changes(apply) -> None:
    apply()
    before = rows()
    again = apply()
    assert rows() == before
    assert (again.added, again.changed, again.left, again.passwords) == ([], [], [], [])


def test_changed_facts_are_changed_and_named(apply, content) -> None:
    apply()
    body = content["bodies"][0]
    body["telephone"] = "0757-00000009"
    body["sites"][0]["rooms"][0]["seats"] = 14
    body["sites"][0]["rooms"][0]["cameras"][1] |= {"admitted_on": date(2026, 11, 20), "admitted_by": "周示例"}
    body["staff"][2]["cards"][0]["valid_until"] = date(2029, 12, 31)
    body["occupations"][1]["levels"] = [5, 4, 3]
    outcome = apply(content)
    assert [f"{line.kind} {line.words}" for line in outcome.changed] == [
        "机构 示例电器：电话 0757-00000000 → 0757-00000009",
        "职业 示例电器 6-18-02-04：等级 5、4 → 5、4、3",
        "考场 示例电器 容桂考点 A栋实训室：座位 12 → 14",
        "摄像机 示例电器 容桂考点 A栋实训室 后：准入 （无） → 2026-11-20，适用性测试 （无） → admitted_by 周示例",
        "证 示例电器 周示例 GD00000004：止 2028-12-31 → 2029-12-31",
    ]
    assert outcome.added == []
    assert one(select(Body.telephone).where(Body.short_name == "示例电器")) == "0757-00000009"
    assert apply(content).changed == []


@pytest.mark.parametrize("decided", ["filing", "exit"])
def test_what_the_city_decided_on_a_filing_is_not_undone_by_the_file(apply, content, make, decided: str) -> None:
    apply()
    body = one(select(Body).where(Body.short_name == "示例电器"))
    apply(content)  # before that the file leads
    make.historic_filing(body) if decided == "filing" else make.exit_case(body, state="winding_down")
    rows_of = select(BodyOccupation.occupation_code, BodyOccupation.levels).where(BodyOccupation.body_id == body.id)
    before, filed_on = sorted(db.session.execute(rows_of).all()), body.filed_on
    told = content["bodies"][0]
    told["filed_on"], told["telephone"] = date(2024, 1, 1), "0757-00000009"
    told["occupations"][1]["levels"] = [5, 4, 3]
    outcome = apply(content)
    db.session.expire_all()
    assert (sorted(db.session.execute(rows_of).all()), body.filed_on) == (before, filed_on)
    assert [line.words for line in outcome.changed] == ["示例电器：电话 0757-00000000 → 0757-00000009"]
    assert [line.partition(": ")[0] for line in outcome.warnings] == ["bodies[0].occupations"]
    assert outcome.left == []
    del told["filed_on"]
    told["occupations"] = []
    assert apply(content).warnings == []


def test_missing_rows_are_added_beside_those_that_are_there(apply, content) -> None:
    apply()
    room = content["bodies"][0]["sites"][0]["rooms"][0]
    room["seats"] = 14
    room["workstations"].append({"codes": "A-13~A-14", "occupations": []})
    room["cameras"][0]["covers"] = "A-01~A-14"
    content["accounts"][2]["grants"].append({"role": "examiner", "body": "示例电器"})
    outcome = apply(content)
    assert [f"{line.kind} {line.words}" for line in outcome.added] == [
        "工位 示例电器 容桂考点 A栋实训室 A-13",
        "工位 示例电器 容桂考点 A栋实训室 A-14",
        "摄像机看到的工位 示例电器 容桂考点 A栋实训室 前 A-13、A-14",
        "任职 li.shili 考评员 示例电器",
    ]
    assert rows()["camera_coverage"] == LOADED["camera_coverage"] + 2


def test_what_the_file_does_not_name_is_listed_and_left(apply, content) -> None:
    apply()
    before = rows()
    body, college = content["bodies"]
    body["sites"].pop()
    body["sites"][0]["rooms"][0]["cameras"][1]["covers"] = "A-01~A-10"
    body["staff"].pop()
    content["bodies"].remove(college)
    content["accounts"] = content["accounts"][:7]
    content["accounts"][0]["grants"].pop()
    outcome = apply(content)
    assert {f"{line.kind} {line.words}" for line in outcome.left} == {
        "机构 示例学院",
        "考点 示例电器 狮山考点",
        "摄像机看到的工位 示例电器 容桂考点 A栋实训室 后 A-11、A-12",
        "考务人员 示例电器 周示例",
        "账号 yun.wei 吴运维",
        "任职 chen.kaowu 考务 示例学院",
    }
    assert (outcome.added, outcome.changed, rows()) == ([], [], before)


def test_keys_that_are_left_out_leave_what_is_there(apply, content) -> None:
    apply()
    site = content["bodies"][0]["sites"][0]
    del site["contact"]
    camera = site["rooms"][0]["cameras"][0]
    del camera["admitted_on"], camera["admitted_by"]
    del content["bodies"][0]["staff"][0]["login"]
    assert apply(content).changed == []
    assert one(select(Site.contact).where(Site.name == "容桂考点")) == "考务办公室 陈老师"
    assert one(select(StaffMember.user_id).where(StaffMember.name == "王示例")) is not None


def test_what_else_is_known_of_a_cameras_fitness_stays(apply) -> None:
    apply()
    camera = db.session.execute(select(Camera).order_by(Camera.id)).scalars().first()
    camera.fitness = {**camera.fitness, "fps": 25}
    db.session.commit()
    assert apply().changed == []


def test_the_hour_of_an_admission_on_the_same_day_stays(apply) -> None:
    apply()
    camera = db.session.execute(select(Camera).order_by(Camera.id)).scalars().first()
    camera.admitted_at = datetime(2026, 11, 2, 15, 30, tzinfo=SHANGHAI)
    db.session.commit()
    assert apply().changed == []


def test_a_dry_run_says_the_same_and_saves_nothing(apply) -> None:
    promised = apply(dry_run=True)
    assert rows() == {}
    assert promised.passwords == []
    done = apply()
    assert (promised.added, promised.changed, promised.left) == (done.added, done.changed, done.left)


def test_a_new_account_signs_in_with_its_printed_password_and_must_change_it(apply, client) -> None:
    outcome = apply()
    assert len({password for _, _, password in outcome.passwords}) == LOADED["user_account"]
    (password,) = [password for login, _, password in outcome.passwords if login == "chen.kaowu"]
    assert client.post("/sign-in", data={"login": "chen.kaowu", "password": password}).status_code == 302
    assert client.get("/sessions/").location == "/password?next=/sessions/"
    form = {"old": password, "new": "Tn9-quiet-river", "again": "Tn9-quiet-river"}
    assert client.post("/password", data=form).status_code == 302
    assert client.get("/sessions/").location.startswith("/privacy-notice")
    client.post("/privacy-notice", data={"version": "1"})
    assert "全部 2 项任职" in client.get("/sessions/").text


def test_an_account_that_is_there_keeps_its_password(apply, content) -> None:
    apply()
    before = one(select(UserAccount.password_hash).where(UserAccount.login == "du.dao"))
    content["accounts"][4]["name"] = "杜示例"
    assert [line.words for line in apply(content).changed] == ["du.dao：名称 杜督导 → 杜示例"]
    assert one(select(UserAccount.password_hash).where(UserAccount.login == "du.dao")) == before


def test_passwords_are_kept_nowhere_but_on_the_screen(apply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    outcome = apply(make_password=lambda: "hunter2-hunter2")
    stored = str(db.session.execute(select(UserAccount.password_hash)).all()) + str(
        db.session.execute(select(AuditEntry.payload, AuditEntry.subject_words)).all()
    )
    assert "hunter2" not in stored + caplog.text + repr(outcome)


def test_what_was_done_stands_in_the_log_with_its_counts(apply, content) -> None:
    apply()
    query = select(AuditEntry).where(AuditEntry.tag == "setup:applied").order_by(AuditEntry.id)
    entries = {entry.subject_words: entry for entry in db.session.execute(query).scalars()}
    assert set(entries) == {"账号和隐私告知", "示例电器", "示例学院"}
    assert render(entries["账号和隐私告知"].payload) == {"added": ["账号 8", "任职 9", "隐私告知 1"], "changed": []}
    body = entries["示例电器"]
    assert body.body_id == one(select(Body.id).where(Body.short_name == "示例电器"))
    assert "工位 42" in render(body.payload)["added"]
    assert len(db.session.execute(select(AuditEntry).where(AuditEntry.tag == "account:password_handed_out")).all()) == 8
    apply()
    assert len(db.session.execute(query).all()) == 3, "a run without effect is no event"


@pytest.mark.parametrize(
    ("language", "event", "counts"),
    [
        ("zh_CN", "录入基础资料", "新增 账号 8、任职 9、隐私告知 1"),
        ("en", "Master data entered", "added accounts 8, assignments 9, privacy notices 1"),
    ],
)
def test_the_log_page_words_the_counts_for_its_reader(apply, make, sign_in, language, event, counts) -> None:
    apply()
    client = sign_in(make.user("operator"))
    client.set_cookie("examops_language", language)
    client.post("/privacy-notice", data={"version": "1"})
    page = client.get("/audit/?tag=setup:applied").text
    assert event in page
    assert counts in page


def test_a_new_version_of_the_notice_is_published_beside_the_old_one(apply, content) -> None:
    apply()
    content["privacy_notice"] |= {"version": 2, "text": "又加了一条。"}
    assert [line.words for line in apply(content).added] == ["第 2 版 个人信息处理告知"]
    assert rows()["privacy_notice"] == 2


def test_the_notice_may_stand_in_a_file_beside(apply, content, tmp_path) -> None:
    (tmp_path / "告知.txt").write_text("我们收集什么。\n", encoding="utf-8")
    content["privacy_notice"] = {"version": 1, "title": "隐私告知", "file": "告知.txt"}
    apply(content)
    assert one(select(AuditEntry.id).where(AuditEntry.subject_words == "账号和隐私告知"))
    assert db.session.connection().exec_driver_sql("SELECT body_text FROM privacy_notice").scalar() == "我们收集什么。"


def test_the_command_prints_the_plan_and_the_passwords_once(apply, clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(EXAMPLE, dry_run=True, clock=clock) == 0
    planned = capsys.readouterr().out
    assert "新增 " in planned
    assert planned.endswith("以上是会做的，没有保存（--dry-run）\n")
    assert run(EXAMPLE, dry_run=False, clock=clock) == 0
    done = capsys.readouterr().out
    assert planned.splitlines()[:-1] == done.splitlines()[: len(planned.splitlines()) - 1]
    assert "密码只显示这一次" in done
    assert run(EXAMPLE, dry_run=False, clock=clock) == 0
    assert capsys.readouterr().out == "和文件一致，没有要改的\n"


def test_every_station_of_the_practical_room_is_seen_by_an_admitted_camera(apply) -> None:
    """What the checks of a session ask before it may be held there."""
    apply()
    admitted = (
        select(CameraCoverage.workstation_id)
        .join(Camera, Camera.id == CameraCoverage.camera_id)
        .where(Camera.admitted_at.is_not(None))
    )
    seen = select(Workstation.code).where(Workstation.id.in_(admitted)).order_by(Workstation.code)
    assert list(db.session.execute(seen).scalars()) == [f"A-{n:02d}" for n in range(1, 13)]


def test_the_command_itself_sets_up_and_its_passwords_open_the_door(app, environment, client) -> None:
    """As operators run it: a process of its own, in the role of jobs."""
    line = [sys.executable, "-m", "examops", "setup", str(EXAMPLE)]
    done = subprocess.run(line, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (password,) = re.findall(r"^  du\.dao +(\S+) ", done.stdout, re.M)
    assert client.post("/sign-in", data={"login": "du.dao", "password": password}).location == "/"
    again = subprocess.run(line, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert again.stdout == "和文件一致，没有要改的\n"


def test_somebody_who_forgot_their_password_gets_another(
    make, client, clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Shut out by wrong tries or not: the new one opens the door, older browsers are signed out."""
    user = make.user("operator")
    old = {"login": user.login, "password": PASSWORD}
    client.post("/sign-in", data=old)
    tries = [client.post("/sign-in", data={**old, "password": "nope"}).status_code for _ in range(PER_LOGIN + 1)]
    assert tries[-1] == 429
    assert renew(user.login, clock=clock) == 0
    (password,) = re.findall(rf"^  {user.login} +(\S+) ", capsys.readouterr().out, re.M)
    assert client.get("/audit/").location.startswith("/sign-in")
    assert client.post("/sign-in", data={**old, "password": password}).status_code == 302
    assert client.get("/audit/").location.startswith("/password")
    assert one(select(AuditEntry.actor_name).where(AuditEntry.tag == "account:password_handed_out")) == "录入命令"


def test_no_password_is_made_for_nobody(make, clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert renew("nobody", clock=clock) == 1
    assert capsys.readouterr() == ("", "没有账号 nobody\n")


def test_a_new_password_cannot_be_tried_out(job_app, capsys: pytest.CaptureFixture[str]) -> None:
    """It would sign somebody out while the operator believes that nothing happens."""
    with pytest.raises(SystemExit):
        main(["--new-password", "du.dao", "--dry-run"], job_app)
    assert "--dry-run 只和文件一起用" in capsys.readouterr().err


def test_the_head_of_an_office_is_said_in_the_file_and_may_change(apply, content) -> None:
    apply(content)
    heads = select(UserAccount.login).join(RoleGrant, RoleGrant.user_id == UserAccount.id).where(RoleGrant.is_head)
    assert db.session.execute(heads).scalars().all() == ["shi.ju"]
    account = next(one for one in content["accounts"] if one["login"] == "shi.ju")
    account["grants"][0].pop("head")
    apply(content)
    assert db.session.execute(heads).scalars().all() == []


def test_a_legal_entity_may_be_a_second_kind_of_body(apply, content) -> None:
    """The college is a social organisation too: one name, one entity, its own places and people."""
    college = content["bodies"][1]
    second = {**college, "kind": "social", "short_name": "示例中心", "occupations": [{"code": "电工", "levels": [5]}]}
    told = {"parent": content["bodies"][0]["credit_code"], "relation": "subsidiary", "industry": "outside"}
    content["bodies"] = [content["bodies"][0], {**college, **told}, second]
    apply(content)

    query = select(Body).where(Body.credit_code == college["credit_code"]).order_by(Body.kind)
    bodies = db.session.execute(query).scalars().all()
    assert [(one.kind, one.short_name) for one in bodies] == [("college", "示例学院"), ("social", "示例中心")]
    assert len({one.legal_entity_id for one in bodies}) == 1
    entity = db.session.get_one(LegalEntity, bodies[0].legal_entity_id)
    above = db.session.get_one(LegalEntity, entity.parent_id)
    assert (entity.relation, entity.industry, above.name) == ("subsidiary", "outside", content["bodies"][0]["name"])
    assert apply(content).changed == []


def test_a_second_kind_stands_beside_the_first_and_bears_its_name(apply, faults, content) -> None:
    apply(content)
    content["bodies"][0]["kind"] = "social"  # a slip: the first kind is no longer in the file
    assert any("原来的那一项也留在文件里" in fault for fault in faults(content))
    content["bodies"][0]["kind"] = "enterprise"
    content["bodies"].append({**content["bodies"][0], "kind": "social", "short_name": "别的", "name": "另一个名称"})
    assert any("名称要相同" in fault for fault in faults(content))
