"""From blocks to entries: which keys each block has, and what must fit together inside one block."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from examops.catalogue import occupation as in_catalogue
from examops.core.clock import midnight
from examops.ops.setup import values as v
from examops.ops.setup.block import Block
from examops.ops.setup.plan import (
    BodyEntry,
    CameraEntry,
    Plan,
    RoomEntry,
    SetupItem,
    SiteEntry,
    StaffEntry,
)
from examops.ops.setup.reading_accounts import read_account, read_notice
from examops.organisations import INDUSTRIES, RELATIONS, read_credit_code

MAX_SEATS, MAX_PIXELS = 5000, 16384
BODY = {
    "name": v.text,
    "short_name": v.text,
    "kind": v.one_of(v.BODY_KINDS),
    "credit_code": v.text,
    "district": v.district,
    "address": v.text,
    "telephone": v.text,
}
CAMERA = {
    "label": v.text,
    "position": v.text,
    "source": v.source,
    "width": v.whole(1, MAX_PIXELS),
    "height": v.whole(1, MAX_PIXELS),
}
CARD = {"kind": v.one_of(v.CARD_KINDS), "number": v.text, "valid_from": v.day, "valid_until": v.day}
WARN_BEFORE = timedelta(days=60)


def read_plan(top: Block, folder: Path, today: date) -> Plan:
    """Everything the file says. Faults are in ``top.notes``; while there are any, entries may lack facts."""
    bodies = tuple(_body(block, today) for block in top.blocks("bodies"))
    accounts = tuple(read_account(block) for block in top.blocks("accounts"))
    notice = top.facts({}, {"privacy_notice": lambda content: content}).get("privacy_notice")
    found = None if notice is None else read_notice(Block(notice, top.at("privacy_notice"), top.notes), folder)
    top.close()
    return Plan(bodies, accounts, found)


def _body(block: Block, today: date) -> BodyEntry:
    facts = block.facts(BODY, {"filed_on": v.day})
    if "credit_code" in facts:
        facts["credit_code"] = read_credit_code(facts["credit_code"]).code
    reason = block.facts({}, {"code_reason": v.text}).get("code_reason", "")
    found = BodyEntry(
        block.path,
        facts,
        tuple(_occupation(one) for one in block.blocks("occupations")),
        tuple(_site(one, facts.get("district", ""), today) for one in block.blocks("sites")),
        tuple(_staff(one, today) for one in block.blocks("staff")),
        _standing(block),
        "filed_on" in block.content,
        reason,
    )
    block.close()
    return found


def _standing(block: Block) -> dict[str, Any]:
    """Of the legal entity; what is left out stays as it is."""
    facts = block.facts({}, {"parent": v.text, "relation": v.one_of(RELATIONS), "industry": v.one_of(INDUSTRIES)})
    facts |= block.facts({}, {"representative": v.text})
    if ("parent" in block.content) != ("relation" in block.content):
        block.fault("relation", "上级单位的信用代码（parent）和关系（relation）要一起写")
    if "parent" in facts:
        facts["parent"] = read_credit_code(facts["parent"]).code
    return facts


def _occupation(block: Block) -> SetupItem:
    facts = block.facts({"code": v.occupation, "levels": v.levels})
    if len(facts) == 2:
        known = in_catalogue(facts["code"])
        beyond = [str(level) for level in facts["levels"] if level not in known.levels]
        if beyond:
            had = "、".join(str(level) for level in known.levels)
            block.fault("levels", f"{known.name} 没有 {'、'.join(beyond)} 级，职业目录里有 {had} 级")
    block.close()
    return SetupItem(block.path, {"occupation_code": facts.get("code", ""), "levels": facts.get("levels", [])})


def _site(block: Block, district: str, today: date) -> SiteEntry:
    facts = block.facts({"name": v.text, "address": v.text}, {"district": v.site_district, "contact": v.maybe_empty})
    rooms = tuple(_room(one, today) for one in block.blocks("rooms"))
    block.close()
    return SiteEntry(block.path, {"district": district, **facts}, rooms)


def _room(block: Block, today: date) -> RoomEntry:
    facts = block.facts({"name": v.text, "kind": v.one_of(v.ROOM_KINDS), "seats": v.whole(1, MAX_SEATS)})
    stations = tuple(entry for one in block.blocks("workstations") for entry in _stations(one))
    cameras = tuple(_camera(one, today) for one in block.blocks("cameras"))
    if len(stations) > facts.get("seats", MAX_SEATS):
        block.warn("workstations", f"工位 {len(stations)} 个，多于座位数 {facts['seats']}")
    block.close()
    return RoomEntry(block.path, facts, stations, cameras)


def _stations(block: Block) -> list[SetupItem]:
    facts = block.facts({"codes": v.station_codes, "occupations": v.occupations})
    block.close()
    fitted = facts.get("occupations", [])
    return [SetupItem(block.at("codes"), {"code": code, "occupations": fitted}) for code in facts.get("codes", ())]


def _camera(block: Block, today: date) -> CameraEntry:
    facts = block.facts(CAMERA, {"is_door": v.yes_no})
    covers = block.facts({"covers": _covers}).get("covers", ())
    seen = block.facts({}, {"admitted_on": v.day, "admitted_by": v.text})
    for name, other in (("admitted_on", "admitted_by"), ("admitted_by", "admitted_on")):
        if name in seen and other not in block.content:
            block.fault(other, "准入要写明日期（admitted_on）和谁看过适用性测试（admitted_by）")
    if "admitted_on" in seen and seen["admitted_on"] > today:
        block.fault("admitted_on", "准入日期在今天之后")
    if len(seen) == 2:
        facts |= {"admitted_at": midnight(seen["admitted_on"]), "fitness": {"admitted_by": seen["admitted_by"]}}
    block.close()
    return CameraEntry(block.path, facts, covers)


def _covers(value: Any) -> tuple[str, ...]:
    return () if value == [] else v.station_codes(value)


def _staff(block: Block, today: date) -> StaffEntry:
    facts = block.facts({"name": v.text, "team": v.maybe_empty}, {"telephone": v.maybe_empty})
    login = block.facts({}, {"login": v.login}).get("login", "")
    cards = tuple(_card(one, today) for one in block.blocks("cards"))
    block.close()
    return StaffEntry(block.path, facts, cards, login)


def _card(block: Block, today: date) -> SetupItem:
    facts = block.facts(CARD, {"occupation": v.occupation})
    begins, ends = facts.get("valid_from"), facts.get("valid_until")
    if begins and ends and begins > ends:
        block.fault("valid_until", f"早于 valid_from（{begins}）")
    elif ends and ends < today + WARN_BEFORE:
        block.warn("valid_until", f"{ends} 到期，到期后不能再排")
    is_examiner = facts.get("kind") in ("examiner", "senior_examiner")
    if is_examiner and "occupation" not in block.content:
        block.fault("occupation", "考评员的证要写职业")
    if facts.get("kind") and not is_examiner and "occupation" in facts:
        block.fault("occupation", "监考员和内部质量督导员的证不写职业")
    block.close()
    names = {"number": "card_number", "occupation": "occupation_code"}
    return SetupItem(block.path, {"occupation_code": ""} | {names.get(name, name): one for name, one in facts.items()})
