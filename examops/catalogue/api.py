"""``/api/v1``: the catalogue of occupations with what counts today and where it stands, as on its pages."""

from __future__ import annotations

from typing import Any, cast

from examops.accounts import REGULATORS, guarded, roles_only
from examops.catalogue.api_schemas import CataloguePageSchema, CatalogueSchema, OccupationSchema
from examops.catalogue.decisions import decisions_of
from examops.catalogue.filing import answer
from examops.catalogue.labels import reasons_words, shown_value
from examops.catalogue.listing import Listed, catalogued, page_of, row_of
from examops.catalogue.occupations import occupation_word
from examops.catalogue.values import Value
from examops.core.clock import today
from examops.core.extensions import clock
from examops.web.api import JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("catalogue_api", __name__, url_prefix="/api/v1", description="The catalogue of occupations"),
        roles_only(*REGULATORS),
    ),
)


@bp.get("/catalogue")
@bp.arguments(CataloguePageSchema, location="query")
@bp.reads(CatalogueSchema)
def list_occupations(asked: dict[str, Any]) -> dict[str, Any]:
    """Occupations by code, a page at a time; filters as on the page."""
    page = page_of(asked, today(clock()), decisions_of())
    return {"occupations": [_line(row) for row in page.rows], "total": page.total, "next": page.following}


@bp.get("/catalogue/<string:occupation_code>")
@bp.reads(OccupationSchema, 404)
def one_occupation(occupation_code: str) -> dict[str, Any]:
    """One occupation: every value that counts today, with its source, how sure that is, and the city's decision."""
    row = row_of(catalogued(occupation_code), today(clock()))
    levels = [_level(row, level) for level in row.values["levels"].value]
    values = [_value(value) for value in row.values.values()]
    return {**_line(row), "aliases": row.occupation.aliases, "levels": levels, "values": values}


def _line(row: Listed) -> dict[str, Any]:
    return {
        "code": row.occupation.code,
        "name": occupation_word(row.occupation),
        "sector": row.occupation.sector,
        "standard": row.values["standard"].value or "",
        "access": row.values["access"].value,
        "levels": [{"level": level, "may_be_filed": may} for level, may in row.levels],
        "missing": row.published.missing,
        "waiting": row.waiting,
    }


def _level(row: Listed, level: str) -> dict[str, Any]:
    found = answer(row.values, level)
    reasons = [{"obstacle": one.obstacle, "key": one.value.key} for one in found.reasons]
    words = str(reasons_words(found.reasons))
    return {"level": level, "may_be_filed": found.may_be_filed, "reasons": reasons, "words": words}


def _value(value: Value) -> dict[str, Any]:
    names = ("key", "value", "standing", "source", "clause", "read_at", "certainty", "base_changed", "decision")
    return {name: getattr(value, name) for name in names} | {"words": shown_value(value)}
