"""``/api/v1/bodies``: the rules and fees that a body has published, and publishing the next ones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from examops.accounts import current_actor, done_once, needs
from examops.catalogue import find_occupation
from examops.core.database import db
from examops.core.extensions import clock
from examops.filings.api import bp
from examops.filings.api_inputs import PublishedAllSchema, PublishedNowSchema, PublishFeesSchema
from examops.filings.blueprint import BODY
from examops.filings.publishers import body_seen, document_of, published_by
from examops.specifications.models import FeeSchedule, PublishedRule
from examops.specifications.publishing import RuleSchema, history_of, must_differ, publish_fees, publish_rule
from examops.web.api import IdempotencySchema

FEES_EXAMPLE = {
    "note": "缺考不退",
    "amounts": [{"occupation": "6-31-01-03", "level": "4", "part": "whole", "fen": 20050}],
}


@bp.get("/bodies/<uuid:body_uid>/published")
@bp.reads(PublishedAllSchema, 404)
def published_of_body(body_uid: UUID) -> dict[str, Any]:
    """Every rule and schedule of fees that the body has published, the newest first."""
    rows = history_of(body_seen(body_uid).id)
    return {
        "rules": [_rule(row) for row in rows if isinstance(row, PublishedRule)],
        "fees": [_version(row, "note", "amounts") for row in rows if isinstance(row, FeeSchedule)],
    }


def _rule(row: PublishedRule) -> dict[str, Any]:
    return _version(row, "kind", "text", "document_name")


def _version(row: PublishedRule | FeeSchedule, *names: str) -> dict[str, Any]:
    during = {"valid_from": row.valid.lower, "valid_until": row.valid.upper}
    return {name: getattr(row, name) for name in ("uid", "version", *names)} | during


@bp.post("/bodies/<uuid:body_uid>/rules")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(RuleSchema, example={"kind": "exam_affairs", "text": "每场两名监考"})
@bp.writes(PublishedNowSchema, 404, 409)
@needs(*BODY)
def publish_one_rule(once: dict[str, str], given: dict[str, Any], body_uid: UUID) -> dict[str, Any]:
    """Publish the next version of a rule, to everybody and at once: a text, or a document of one's own filing."""

    def publish(body: Any) -> dict[str, Any]:
        document = document_of(body, given["document"]) if given["document"] else None
        options: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
        return _published(publish_rule(body, given["kind"], given["text"], document, **options))

    return done_once(once["key"], given, lambda: published_by(body_uid), publish)


@bp.post("/bodies/<uuid:body_uid>/fees")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(PublishFeesSchema, example=FEES_EXAMPLE)
@bp.writes(PublishedNowSchema, 404, 409)
@needs(*BODY)
def publish_one_schedule(once: dict[str, str], given: dict[str, Any], body_uid: UUID) -> dict[str, Any]:
    """Publish the next schedule of fees whole, to everybody and at once; amounts in fen."""
    amounts = _amounts(given["amounts"])

    def publish(body: Any) -> dict[str, Any]:
        return _published(publish_fees(body, amounts, given["note"], actor=current_actor(), clock=clock()))

    return done_once(once["key"], given, lambda: published_by(body_uid), publish)


def _amounts(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row, one in enumerate(given, start=1):
        occupation = find_occupation(one["occupation"])
        named = {**one, "occupation": occupation.code if occupation else one["occupation"]}
        must_differ(named, found, row)
        found.append(named)
    return found


def _published(row: PublishedRule | FeeSchedule) -> dict[str, Any]:
    db.session.flush()
    return {"uid": str(row.uid), "version": row.version}
