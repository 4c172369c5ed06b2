"""Exits of the year: all dismissed, so that no body is suspended, but for one of each body that is being heard."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta

from bench.dataset.bulk_insert import Row, bulk_insert, new_uid
from bench.dataset.facilities import BodyFacilities
from examops.exits.models import ExitAct, ExitCase, ExitFact

OPENED_BY, HEARD_BY, DECIDED_BY = (uuid.UUID(int=n) for n in (31, 32, 33))
ACTS = (
    ("opened", OPENED_BY, "district_bureau", 0),
    ("told", OPENED_BY, "district_bureau", 1),
    ("decided", DECIDED_BY, "city_bureau", 20),
)


def write_exits(facilities: BodyFacilities, count: int, now: datetime, rng: random.Random) -> None:
    opened = [now - timedelta(days=310 - n * 280 // max(count, 1)) for n in range(count)]
    rows = [_case(facilities, n, at, now, rng, is_open=n == count - 1) for n, at in enumerate(opened)]
    ids = bulk_insert(ExitCase, rows, rng)
    facts = [
        {
            **facilities.owner,
            "case_id": ids[row["uid"]],
            "kind": "read",
            "text": "量测数据",
            "read_in": "检查记录",
            "read_on": row["opened_at"].date(),
            "entered_by": OPENED_BY,
            "entered_by_name": "量测经办",
        }
        for row in rows
    ]
    bulk_insert(ExitFact, facts, rng)
    acts = [
        {
            **facilities.owner,
            "case_id": ids[row["uid"]],
            "act": act,
            "outcome": "dismissed" if act == "decided" else "",
            "reason": "量测数据" if act == "decided" else "",
            "officer": who,
            "officer_name": "量测经办",
            "officer_role": role,
            "acted_at": row["opened_at"] + timedelta(days=days),
        }
        for row in rows
        for act, who, role, days in (ACTS if row["decision"] else ACTS[:2])
    ]
    bulk_insert(ExitAct, acts, rng)


def _case(
    facilities: BodyFacilities, n: int, opened: datetime, now: datetime, rng: random.Random, *, is_open: bool
) -> Row:
    ends = opened + timedelta(days=20)
    return {
        **facilities.owner,
        "uid": new_uid(rng),
        "number": f"TC{opened.year}-L{facilities.body.id:03d}{n:04d}",
        "legal_entity_id": facilities.body.legal_entity_id,
        "ground": "misconduct",
        "state": "told" if is_open else "decided",
        "opened_at": opened,
        "opened_by": OPENED_BY,
        "opened_by_name": "量测经办",
        "told_at": opened + timedelta(days=1),
        "told_by": OPENED_BY,
        "hearing_until": (now if is_open else ends).date() + timedelta(days=10),
        "heard_at": None if is_open else ends,
        "decision": "" if is_open else "dismissed",
        "decided_at": None if is_open else ends,
        "decided_by": None if is_open else DECIDED_BY,
        "decided_by_name": "" if is_open else "量测经办",
        "reason": "" if is_open else "量测数据",
        "clause": "" if is_open else "市工作方案 四(五)",
        "due_on": now.date() + timedelta(days=10) if is_open else None,
        "clock_owner": "coordinator" if is_open else "",
    }
