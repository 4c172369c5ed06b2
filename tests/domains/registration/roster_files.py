"""Rosters as the tests of this folder make them: workbooks of a few people, uploaded and judged."""

import io
import uuid

import xlsxwriter
from sqlalchemy import select

from examops.core.actor import Actor
from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.registration.models import Roster
from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.saving import save_roster

ACTOR = Actor.system("test")
HEAD = [
    "姓名",
    "身份证号",
    "用工形式",
    "班组",
    "劳务派遣单位",
    "用工单位",
    "派遣起始日期",
    "参保地",
    "工作地",
    "原证书等级",
    "原证书编号",
    "发证日期",
    "参保单位",
    "从事本职业起始日期",
]
OLD = ["五级", "4419000000000001", "2019-05-01"]


def person(name: str, number: str, kind: str = "正式", start: str = "2015-03-01", insured: str = "佛山") -> list[str]:
    agency = "广东众诚劳务派遣有限公司" if kind == "劳务派遣" else ""
    return [name, number, kind, "总装线", agency, "", start, insured, "佛山", *OLD, "本单位", "2015-03-01"]


GOOD, LATE, WRONG = "440604199001010018", "440605199001010022", "440606199001010011"
PEOPLE = [person("陈小明", GOOD), person("黎豪", LATE, "劳务派遣", "2025-12-05", "广州"), person("何兰", WRONG)]


def workbook(rows) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def upload(desk, data: bytes, name: str = "名单.xlsx", vouched=("employment", "certificates")):
    _, batch, client = desk
    form = {"batch": str(batch.uid), "file": (io.BytesIO(data), name), "vouched": list(vouched)}
    return client.post("/rosters/", data=form, content_type="multipart/form-data")


def examined(desk, job_app, clock, data: bytes | None = None, **options) -> Roster:
    """Uploaded, columns confirmed, and judged by the worker."""
    answer = upload(desk, data or workbook([HEAD, *PEOPLE]), **options)
    assert answer.status_code == 302, answer.text
    assert desk[2].post(answer.location).status_code == 302
    uid = uuid.UUID(answer.location.split("/")[2])
    with job_app.app_context():
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    db.session.rollback()
    return db.session.execute(select(Roster).where(Roster.uid == uid)).scalar_one()


def saved(desk, job_app, clock) -> Roster:
    roster = examined(desk, job_app, clock)
    assert desk[2].post(f"/rosters/{roster.uid}/save").status_code == 302
    with job_app.app_context():
        save_roster(roster.uid, actor=ACTOR, clock=clock, ring=keyring())
    db.session.rollback()
    db.session.refresh(roster)
    return roster
