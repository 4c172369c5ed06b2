"""Accounts with their grants, and the privacy notice: which keys their blocks have, and what must fit together."""

from __future__ import annotations

from pathlib import Path

from examops.accounts.models import AT_A_SITE
from examops.ops.setup import values as v
from examops.ops.setup.block import Block, InvalidValue
from examops.ops.setup.plan import AccountEntry, SetupItem

OF_DISTRICTS, OF_THE_CITY = ("district_bureau", "district_centre"), ("city_bureau", "city_centre")


def read_account(block: Block) -> AccountEntry:
    facts = block.facts({"login": v.login, "name": v.text})
    grants = tuple(_grant(one) for one in block.blocks("grants"))
    if not grants and isinstance(block.content.get("grants"), list):
        block.fault("grants", "至少要有一项任职，否则登录后什么也打不开")
    block.close()
    return AccountEntry(block.path, facts, grants)


def _grant(block: Block) -> SetupItem:
    facts = block.facts({"role": v.role})
    place = block.facts({}, {"body": v.text, "site": v.text, "district": v.district, "city": v.only_true})
    head = block.facts({}, {"head": v.yes_no})
    block.close()
    if head.get("head") and facts.get("role") not in (*OF_DISTRICTS, *OF_THE_CITY):
        block.fault("head", "负责人只在局和中心里有")
    written = {name for name in ("body", "site", "district", "city") if block.content.get(name) is not None}
    reach = {("body",): "body", ("body", "site"): "site", ("district",): "district", ("city",): "city"}.get(
        tuple(sorted(written)), ""
    )
    if block.is_block and not reach:
        block.fault("", "范围写其中一种：body（机构简称）；body 和 site（考点名称）；district（区）；city: true")
    elif reach and (words := _beyond(facts.get("role", ""), reach)):
        block.fault("role", words)
    named = {name: one for name, one in place.items() if name != "city"}
    return SetupItem(block.path, facts | named | {"reach": reach, "is_head": bool(head.get("head"))})


def _beyond(role: str, reach: str) -> str:
    """Why this role does not go with this reach, or an empty text."""
    if role in OF_DISTRICTS and reach != "district":
        return "区局和区鉴定中心的范围写 district"
    if role in OF_THE_CITY and reach != "city":
        return "市局和市中心的范围写 city: true"
    if role == "coordinator" and reach != "body":
        return "考务的范围是整个机构，写 body"
    if role in AT_A_SITE and reach not in ("body", "site"):
        return "这个角色在机构或考点里任职，写 body，或 body 和 site"
    return (
        "只有考评员、监考员、内部质量督导员和安保可以只管一个考点"
        if reach == "site" and role not in AT_A_SITE and role
        else ""
    )


def read_notice(block: Block, folder: Path) -> SetupItem:
    facts = block.facts({"version": v.whole(1, 10_000), "title": v.text}, {"text": v.text, "file": v.text})
    block.close()
    if ("text" in block.content) == ("file" in block.content) and block.is_block:
        block.fault("", "正文写在 text 里，或写在另一个文件里、用 file 指明，二者取一")
    words = facts.pop("text", "")
    if name := facts.pop("file", ""):
        try:
            words = _text_of(folder / name)
        except InvalidValue as error:
            block.fault("file", str(error))
    return SetupItem(block.path, facts | {"body_text": words.strip()})


def _text_of(file: Path) -> str:
    try:
        return v.text(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidValue(f"读不了 {file.name}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidValue(f"{file.name} 不是 UTF-8 编码") from error
