"""Large, medium, small, micro: 国统字〔2017〕213号, whose table is ``config/rules/filing_sizes.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from examops.core.language import N_

INDICATORS = ("employees", "revenue", "assets")  # persons; 10,000 yuan; 10,000 yuan
CLASSES = ("large", "medium", "small")
OUTSIDE = "outside"  # finance, education, health, public administration: the table has no row for them
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
    OUTSIDE: N_("表外行业（金融、教育、卫生、公共管理等）"),
}
SIZES = {"large": N_("大型"), "medium": N_("中型"), "small": N_("小型"), "micro": N_("微型")}


def size_class(limits: Mapping[str, Sequence[float]], values: Mapping[str, float]) -> str:
    """``limits``: indicator → lower limits of large, medium, small. One limit missed drops the firm one class."""
    for place, name in enumerate(CLASSES):
        if all(values[indicator] >= lower[place] for indicator, lower in limits.items()):
            return name
    return "micro"
