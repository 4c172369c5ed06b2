"""``/api/v1/exits``: what the nightly check found, and which of its rules act by themselves, as on their pages."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from config.rulebook import rulebook
from examops.accounts import REGULATORS, needs
from examops.core.clock import today
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.language import _, cited
from examops.core.paging import page_and_next
from examops.exits.api import bp
from examops.exits.api_schemas import FactSchema
from examops.exits.inputs import FindingsSchema
from examops.exits.labels import FINDING_KINDS
from examops.exits.listing import PAGE, findings_query, last_night
from examops.exits.recheck.models import RecheckFinding, RecheckSwitch
from examops.exits.recheck.switches import Mode, acting_rules, acts_on, modes
from examops.exits.shown import shown_finding
from examops.organisations.models import Body
from examops.web.inputs import WholeNumber

__all__ = ["bp"]


class FindingPageSchema(FindingsSchema):
    """As the page; the place in the list is named as in every list of the API."""

    after = WholeNumber(load_default=0, data_key="before", metadata={"description": "`next` of the page before"})


class RecheckFindingSchema(FactSchema):
    body = fields.Str(required=True)
    body_uid = fields.UUID(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(list(FINDING_KINDS)))
    rule = fields.Str(required=True)
    acts = fields.Bool(required=True, metadata={"description": "Its rule drafts or reminds; else it is only listed"})
    first_seen_on = fields.Date(required=True)
    reminded_on = fields.Date(required=True, allow_none=True)
    has_case = fields.Bool(required=True, metadata={"description": "A case was drafted for it"})


class FoundSchema(Schema):
    checked_on = fields.Date(required=True, allow_none=True, metadata={"description": "The newest night"})
    standings = fields.Dict(
        keys=fields.Str(),
        values=fields.Int(),
        required=True,
        metadata={"description": "Bodies by checked, unjudged, failed"},
    )
    findings = fields.List(
        fields.Nested(RecheckFindingSchema), required=True, metadata={"description": "The oldest first"}
    )
    next = fields.Int(
        required=True, allow_none=True, metadata={"description": "`before` of the next page; null at the end"}
    )


class RuleSwitchSchema(Schema):
    is_on = fields.Bool(required=True)
    valid_from = fields.Date(required=True)
    document_number = fields.Str(required=True)
    reason = fields.Str(required=True)
    decided_by = fields.Str(required=True)


class RuleModeSchema(Schema):
    rule = fields.Str(required=True)
    word = fields.Str(required=True)
    acts = fields.Bool(required=True, metadata={"description": "As of today"})
    clause = fields.Str(required=True)
    text = fields.Str(required=True, metadata={"description": "Of the clause, as it is quoted"})
    history = fields.List(fields.Nested(RuleSwitchSchema), required=True, metadata={"description": "The newest first"})


class RuleModesSchema(Schema):
    rules = fields.List(fields.Nested(RuleModeSchema), required=True)


@bp.get("/exits/findings")
@bp.arguments(FindingPageSchema, location="query")
@bp.reads(FoundSchema)
@needs(*REGULATORS)
def list_findings(asked: dict[str, Any]) -> dict[str, Any]:
    """What the nightly check found at filed bodies and what lasts; `kind` narrows it as on the page."""
    acting = acting_rules(today(clock()), rulebook())
    rows, last = page_and_next(db.session.execute(findings_query(**asked)).all(), PAGE)
    newest, standings = last_night()
    return {
        "checked_on": newest,
        "standings": standings,
        "findings": [_finding(row.RecheckFinding, row.Body, acting) for row in rows],
        "next": last.RecheckFinding.id if last else None,
    }


def _finding(row: RecheckFinding, body: Body, acting: frozenset[str]) -> dict[str, Any]:
    fact = shown_finding(row)
    words = {name: getattr(fact, name) for name in ("word", "subject", "found", "limit", "source")}
    own = {name: getattr(row, name) for name in ("kind", "rule", "first_seen_on", "reminded_on")}
    more = {"body": body.name, "body_uid": body.uid, "acts": acts_on(row, acting), "has_case": row.case_id is not None}
    return {**words, **own, **more, "outcome": fact.mark, "clause": str(fact.cited)}


@bp.get("/exits/rules")
@bp.reads(RuleModesSchema)
@needs(*REGULATORS)
def list_rules() -> dict[str, Any]:
    """Which rules of the nightly check act by themselves today, and who switched them on what paper."""
    return {"rules": [_mode(one) for one in modes(today(clock()), rulebook())]}


def _mode(one: Mode) -> dict[str, Any]:
    told = {"rule": one.rule.key, "word": _(one.word), "acts": one.acts}
    law = {"clause": str(cited(one.rule.clause)), "text": one.rule.text}
    return {**told, **law, "history": [_switch(row) for row in one.history]}


def _switch(row: RecheckSwitch) -> dict[str, Any]:
    names = ("is_on", "valid_from", "document_number", "reason")
    return {name: getattr(row, name) for name in names} | {"decided_by": row.decided_by_name}
