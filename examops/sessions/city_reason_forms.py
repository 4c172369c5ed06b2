"""What forms about times and recusals of people of the city read, on the office's page and on their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from examops.core.database import db
from examops.core.language import N_
from examops.organisations.models import Body
from examops.staff import CITY_RELATIONS, Declared
from examops.web.api import LenientSchema
from examops.web.inputs import OneOf, ShortText, Uid

MOST_BODIES = 1000


class RecusalSchema(LenientSchema):
    relation = OneOf(CITY_RELATIONS, required=True, fault=N_("选一种关系"))
    body = Uid(fault=N_("在列表里选机构"))
    number = ShortText(30, label=N_("考生身份证号"))
    about = ShortText(60, label=N_("考生姓名"))
    remark = ShortText(200, label=N_("说明"))


def declared(given: dict[str, Any]) -> Declared:
    return Declared(given["relation"], given["body"], given["number"], given["about"], given["remark"])


def bodies_to_choose() -> list[tuple[str, str]]:
    query = select(Body.uid, Body.name).where(Body.state != "draft").order_by(Body.name, Body.id).limit(MOST_BODIES)
    return [(str(row.uid), row.name) for row in db.session.execute(query)]
