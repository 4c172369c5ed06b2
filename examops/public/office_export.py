"""The directory as a workbook for the offices: what is listed today, in the districts that they see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from examops.accounts import REGULATORS, guarded, roles_only
from examops.catalogue import district_name
from examops.core.clock import today
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.scope import current_scope
from examops.organisations import BODY_KINDS
from examops.organisations.directory import DirectoryCard
from examops.public.labels import level_names, standing
from examops.public.listing import matching
from examops.public.pages import SearchSchema
from examops.web.downloads import attachment
from examops.web.inputs import read_valid
from examops.web.workbooks import list_workbook

bp = guarded(Blueprint("directory_office", __name__, url_prefix="/directory"), roles_only(*REGULATORS))
COLUMNS = (
    (N_("机构"), 36),
    (N_("类型"), 18),
    (N_("区"), 10),
    (N_("地址"), 36),
    (N_("电话"), 18),
    (N_("状态"), 24),
    (N_("备案自"), 12),
    (N_("职业编码"), 14),
    (N_("职业"), 22),
    (N_("等级"), 24),
    (N_("标准或评价规范"), 40),
)


@bp.get("/export.xlsx")
def export() -> ResponseReturnValue:
    """Searched as the public list is."""
    query = matching(read_valid(SearchSchema, request.args), today(clock())).order_by(DirectoryCard.sort_key)
    scope = current_scope()  # anybody may read all of it; an office asks for its own
    query = query if scope.everything else query.where(DirectoryCard.district.in_(scope.districts))
    cards = db.session.execute(query.execution_options(yield_per=500)).scalars()
    return attachment(workbook(cards), _("认定机构目录.xlsx"))


def workbook(cards: Iterable[Any]) -> bytes:
    """One line for each occupation of each body."""
    return list_workbook(_("认定机构目录"), COLUMNS, (_cells(card, offer) for card in cards for offer in card.offers))


def _cells(card: DirectoryCard, offer: dict[str, Any]) -> tuple[Any, ...]:
    return (
        card.name,
        _(BODY_KINDS[card.kind]),
        district_name(card.district),
        card.address,
        card.telephone,
        standing(card)[1],
        card.filed_on,
        offer["code"],
        _(offer["name"]),
        level_names(offer["levels"]),
        offer["standard"],
    )
