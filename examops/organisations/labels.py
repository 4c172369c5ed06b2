"""What kinds of bodies are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.catalogue import district_name
from examops.core.language import N_, _
from examops.web.labels import labelled

BODY_KINDS = {"enterprise": N_("企业"), "college": N_("技工院校"), "social": N_("社会培训评价组织")}
BODY_STATES = {
    "draft": N_("未备案"),
    "filed": N_("已备案"),
    "suspended": N_("暂停备案"),
    "exiting": N_("退出中"),
    "exited": N_("已退出"),
    "expired": N_("备案到期"),
}

# 统计上大中小微型企业划分办法（2017）; a filing's fact has the same codes.
INDUSTRIES = {
    "industry": N_("工业（采矿、制造、电热燃气水）"),
    "agriculture": N_("农、林、牧、渔业"),
    "construction": N_("建筑业"),
    "wholesale": N_("批发业"),
    "retail": N_("零售业"),
    "transport": N_("交通运输业（不含铁路）"),
    "storage": N_("仓储业"),
    "post": N_("邮政业"),
    "lodging": N_("住宿业"),
    "catering": N_("餐饮业"),
    "information": N_("信息传输业"),
    "software": N_("软件和信息技术服务业"),
    "real_estate": N_("房地产开发经营"),
    "property": N_("物业管理"),
    "leasing": N_("租赁和商务服务业"),
    "other": N_("其他未列明行业"),
    "outside": N_("表外行业（金融、教育、卫生、公共管理等）"),
}
RELATIONS = {"subsidiary": N_("子公司"), "branch": N_("分支机构"), "holding": N_("控股"), "member": N_("集团成员")}

FILTERS: dict[str, Callable[..., Any]] = {
    "body_kind": labelled(BODY_KINDS),
    "state_of_body": labelled(BODY_STATES),
    "entity_relation": labelled(RELATIONS),
    "entity_industry": labelled(INDUSTRIES),
    "district_word": lambda code: _(district_name(code)),
}
