"""``/api/v1/filings``: its lists of people, handed in as files, examined by a worker, answered for and counted by."""

from __future__ import annotations

import hashlib
from typing import Any, cast
from uuid import UUID

from flask import request, url_for

from examops.accounts import current_actor, done_once, guarded, needs, roles_only
from examops.audit import record_access
from examops.core.extensions import clock, store
from examops.core.transaction import transaction
from examops.filings.api import filing_seen
from examops.filings.blueprint import BODY, READERS
from examops.filings.gathering import filing_by_uid
from examops.filings.lists.api_schemas import (
    CountBySchema,
    ListQuerySchema,
    ListReceivedSchema,
    ListsSchema,
    ListWholeSchema,
    NameAnswersSchema,
)
from examops.filings.lists.findings import doubtful_codes, place_of, unanswered
from examops.filings.lists.intake import answer_names, list_by_uid, lists_of, put_away, put_in_force, receive_list
from examops.filings.lists.models import FilingList
from examops.filings.models import Filing
from examops.filings.tags import Tag
from examops.web.api import IdempotencySchema, JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("filing_lists_api", __name__, url_prefix="/api/v1", description="Lists of people of a filing"),
        roles_only(*READERS),
    ),
)
SHEET: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = {"required": True, "content": dict.fromkeys(("text/csv", WORKBOOK), SHEET)}
STATE_IS_THERE = {"Location": {"description": "Where its state is told", "schema": {"type": "string"}}}
ANSWERS_EXAMPLE = {"answers": [{"question": 0, "name": 1}]}


@bp.get("/filings/<uuid:filing_uid>/lists")
@bp.reads(ListsSchema, 404)
def lists_of_filing(filing_uid: UUID) -> dict[str, Any]:
    """The lists of a filing with their numbers, the newest first; nobody on them is named."""
    return _listed(filing_uid)


def _listed(filing_uid: UUID) -> dict[str, Any]:
    filing = filing_seen(filing_uid)
    return {"lists": [_shown(filing, one) for one in lists_of(filing)]}


@bp.post("/filings/<uuid:filing_uid>/lists")
@bp.doc(requestBody=FILE)
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ListQuerySchema, location="query")
@bp.writes(ListReceivedSchema, 404, 409, status=202, headers=STATE_IS_THERE)
@needs(*BODY)
def hand_in_list(once: dict[str, str], given: dict[str, Any], filing_uid: UUID) -> Any:
    """Hand in a list; the body of the request is the file itself, XLSX or CSV, one row for each person and entity.

    Columns that are missing are all named at once, and nothing is kept. Else a worker examines it: `address` tells how
    far it has come, then what it found. The filing counts by it once `PUT …/in-force` says so."""
    content = request.get_data(cache=False)

    def take(filing: Any) -> dict[str, Any]:
        options: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "store": store()}
        asked = (given["kind"], given["subject"], given["as_of"], given["name"])
        one = receive_list(filing, *asked, content, **options)
        return {"uid": str(one.uid), "state": one.state, "address": _address(filing, one)}

    asked = given | {"sha256": hashlib.sha256(content).hexdigest()}
    received = done_once(once["key"], asked, lambda: filing_by_uid(filing_uid), take)
    return received, {"Location": received["address"]}


@bp.get("/filings/<uuid:filing_uid>/lists/<uuid:list_uid>")
@bp.reads(ListWholeSchema, 404)
def one_list(filing_uid: UUID, list_uid: UUID) -> dict[str, Any]:
    """How far the examination of a list has come, then everything it found: ID numbers masked."""
    return _told(filing_uid, list_uid)


def _told(filing_uid: UUID, list_uid: UUID) -> dict[str, Any]:
    """As on its page, and written down as there; while it is examined there is nobody to see."""
    with transaction():
        filing = filing_seen(filing_uid)
        one = list_by_uid(filing, list_uid)
        if one.state != "examining":
            record_access(Tag.FILING_LIST_OPENED, current_actor(), one, clock=clock(), words=one.name)
        return _whole(filing, one)


@bp.put("/filings/<uuid:filing_uid>/lists/<uuid:list_uid>/names")
@bp.arguments(NameAnswersSchema, example=ANSWERS_EXAMPLE)
@bp.writes(ListWholeSchema, 404, 409)
@needs(*BODY)
def put_names(given: dict[str, Any], filing_uid: UUID, list_uid: UUID) -> dict[str, Any]:
    """Say which name is right of ID numbers that have two."""
    chosen = {one["question"]: one["name"] for one in given["answers"]}
    with transaction():
        filing = filing_by_uid(filing_uid)
        answer_names(list_by_uid(filing, list_uid), chosen, actor=current_actor(), filing=filing)
    return _told(filing_uid, list_uid)


@bp.put("/filings/<uuid:filing_uid>/lists/<uuid:list_uid>/in-force")
@bp.arguments(CountBySchema, example={"code_reason": ""})
@bp.writes(ListWholeSchema, 404, 409)
@needs(*BODY)
def count_by_list(given: dict[str, Any], filing_uid: UUID, list_uid: UUID) -> dict[str, Any]:
    """Let the filing count by it; the list before of its kind goes, and the people on it. An office looks at it then.

    What stands in the way is 409 `filing.list_not_ready`; done already is 409 `filing.list_busy`."""
    with transaction():
        filing = filing_by_uid(filing_uid)
        one = list_by_uid(filing, list_uid)
        put_in_force(one, actor=current_actor(), filing=filing, code_reason=given["code_reason"])
    return _told(filing_uid, list_uid)


@bp.delete("/filings/<uuid:filing_uid>/lists/<uuid:list_uid>")
@bp.writes(ListsSchema, 404, 409)
@needs(*BODY)
def put_list_away(filing_uid: UUID, list_uid: UUID) -> dict[str, Any]:
    """Stop its examination, or take it out: the people on it are erased. Gone already is 409."""
    with transaction():
        filing = filing_by_uid(filing_uid)
        put_away(list_by_uid(filing, list_uid), actor=current_actor(), filing=filing, store=store())
    return _listed(filing_uid)


def _address(filing: Filing, one: FilingList) -> str:
    return url_for("filing_lists_api.one_list", filing_uid=filing.uid, list_uid=one.uid)


def _shown(filing: Filing, one: FilingList) -> dict[str, Any]:
    names = ("uid", "kind", "subject", "as_of", "name", "state", "counted", "started_at", "finished_at", "erased_on")
    found = one.findings
    return {name: getattr(one, name) for name in (*names, "is_sound", "note")} | {
        **{"address": _address(filing, one), "fault": str(one.fault), "uploaded_by": one.uploaded_by_name},
        **{"done_rows": one.done_count, "rows": one.row_count, "people": found.get("people", 0)},
        **{"problem_count": found.get("problem_count", 0), "open_questions": unanswered(found)},
    }


def _whole(filing: Filing, one: FilingList) -> dict[str, Any]:
    found, doubtful = one.findings, set(doubtful_codes(one.findings))
    counts = {name: found.get(name, 0) for name in ("question_count", "double_count", "repeated", "hidden")}
    return (
        _shown(filing, one)
        | counts
        | {
            "problems": [_problem(words) for words in found.get("problems", ())],
            "questions": [_question(question) for question in found.get("questions", ())],
            "doubles": [{"masked": both["masked"], "credit_codes": both["codes"]} for both in found.get("doubles", ())],
            "entities": [
                {"credit_code": code, "name": name, "people": people, "relation": how, "is_doubtful": code in doubtful}
                for code, name, people, how in found.get("entities", ())
            ],
            "code_reason": found.get("code_reason", ""),
        }
    )


def _problem(words: Any) -> dict[str, Any]:
    row, column = place_of(words)
    return {"row": row, "column": column, "message": str(words)}


def _question(one: dict[str, Any]) -> dict[str, Any]:
    names = [{"name": name, "row": row} for name, row in one["names"]]
    return {"masked": one["masked"], "names": names, "chosen": one["chosen"]}
