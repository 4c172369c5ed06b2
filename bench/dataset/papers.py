"""What offices and bodies keep besides sessions: filings with letters and notices, exits, outages, people, accounts.

Nobody's account can be used: no password has the hash that is stored. Rows that a rule would judge again (filings that
were filed with verdicts) are left out; the filed ones are of the kind that was decided on paper.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import Range

from bench.dataset.bulk_insert import Row, bulk_insert, new_uid
from bench.dataset.exits import write_exits
from bench.dataset.facilities import OFFERS, BodyFacilities
from bench.dataset.shares import Share
from examops.accounts.models import RoleGrant, UserAccount
from examops.catalogue import occupation
from examops.core.database import db
from examops.demo.story.people import make_people
from examops.filings.models import Filing, FilingDecision, FilingLetter, FilingNotice, FilingOccupation
from examops.outbox.models import OutboxNotice
from examops.sites.models import CameraOutage, WorkstationOutage
from examops.staff.models import StaffMember
from video.recorder.signing import canonical

BODY, DISTRICT, CITY = (uuid.UUID(int=n) for n in (21, 22, 23))
# Act, officer, role, kind of its letter, days after the filing was begun.
ACTS: tuple[tuple[str, uuid.UUID, str, str, int], ...] = (
    ("submitted", BODY, "coordinator", "", 2),
    ("returned", DISTRICT, "district_bureau", "supplement", 6),
    ("submitted", BODY, "coordinator", "", 9),
    ("reviewed", DISTRICT, "district_bureau", "accepted", 12),
    ("refused", CITY, "city_bureau", "refused", 16),
)
CLAUSE, REASON = "市工作方案 三(二)", "量测数据：场地不足"
COMMENTS = [{"rule": "filing.premises", "word": "场地", "clause": CLAUSE, "text": "量测数据"}]
ROLES = ("proctor", "examiner", "coordinator", "security")


def write_papers(facilities: BodyFacilities, share: Share, rng: random.Random) -> None:
    """The body's part of each."""
    now = share.now
    _filings(facilities, share.of("filings"), now, rng)
    write_exits(facilities, share.of("exits"), now, rng)
    _outages(facilities, share.of("outages"), now, rng)
    people = make_people(share.of("people"), rng, youngest=25, oldest=58)
    owner = facilities.owner
    bulk_insert(
        StaffMember, [{**owner, "name": one.name, "team": f"{n % 9 + 1} 组"} for n, one in enumerate(people)], rng
    )
    _accounts(facilities, [one.name for one in people], rng)


def _filings(facilities: BodyFacilities, count: int, now: datetime, rng: random.Random) -> None:
    """Refused ones over the year, one of before go-live and one that waits for the body."""
    begun = [now - timedelta(days=320 - n * 290 // max(count, 1)) for n in range(count)]
    rows = [_refused(facilities, n, at, rng) for n, at in enumerate(begun)]
    rows += [_historic(facilities, now, rng), _returned(facilities, now, rng)]
    ids = {row["uid"]: _insert_filing(facilities, row) for row in rows}
    acts = [
        (row, letter, _decision(facilities, ids[row["uid"]], act, who, role, begun[n] + timedelta(days=days), rng))
        for n, row in enumerate(rows[:count])
        for act, who, role, letter, days in ACTS
    ]
    _letters(facilities, acts, bulk_insert(FilingDecision, [decision for *_, decision in acts], rng), rng)


def _insert_filing(facilities: BodyFacilities, row: Row) -> int:
    """One after the other: occupations are written while the body has the filing in its hands, and it has one."""
    drafted = row | {"state": "draft", "decided_by": None, "due_on": None, "clock_owner": ""}
    filing_id = db.session.execute(insert(Filing).values(drafted).returning(Filing.id)).scalar_one()
    offered = [
        {**facilities.owner, "filing_id": filing_id, "occupation_code": code, "edition": "2018", "levels": ["4"]}
        for code in OFFERS[facilities.body.kind][:2]
    ]
    db.session.execute(insert(FilingOccupation), offered)
    decided = {name: row[name] for name in ("state", "decided_by", "due_on", "clock_owner")}
    db.session.execute(update(Filing).where(Filing.id == filing_id).values(decided))
    return filing_id


def _filing(facilities: BodyFacilities, kind: str, number: str, rng: random.Random) -> Row:
    """Every column that one of them has."""
    none = ("submitted_at", "submitted_by", "reviewed_at", "reviewed_by", "decided_at", "decided_by", "due_on")
    return {
        **facilities.owner,
        "uid": new_uid(rng),
        "number": f"BA{number}",
        "kind": kind,
        "body_kind": facilities.body.kind,
        **dict.fromkeys((*none, "paper_on")),
        "clock_owner": "",
        "paper_number": "",
        "entered_by_name": "",
    }


def _refused(facilities: BodyFacilities, n: int, begun: datetime, rng: random.Random) -> Row:
    return _filing(facilities, "amendment", f"{begun.year}-L{facilities.body.id:03d}{n:04d}", rng) | {
        "state": "refused",
        "submitted_at": begun + timedelta(days=9),
        "submitted_by": BODY,
        "reviewed_at": begun + timedelta(days=12),
        "reviewed_by": DISTRICT,
        "decided_at": begun + timedelta(days=16),
        "decided_by": CITY,
    }


def _historic(facilities: BodyFacilities, now: datetime, rng: random.Random) -> Row:
    day = facilities.body.filed_on or now.date()
    return _filing(facilities, "historic", f"{day.year}-L{facilities.body.id:03d}", rng) | {
        "state": "filed",
        "submitted_at": now - timedelta(days=400),
        "decided_at": now - timedelta(days=400),
        "decided_by": CITY,
        "paper_number": f"量测备〔{day.year}〕{facilities.body.id} 号",
        "paper_on": day,
        "entered_by_name": "量测经办",
    }


def _returned(facilities: BodyFacilities, now: datetime, rng: random.Random) -> Row:
    return _filing(facilities, "amendment", f"{now.year}-L{facilities.body.id:03d}", rng) | {
        "state": "returned",
        "submitted_at": now - timedelta(days=5),
        "submitted_by": BODY,
        "due_on": now.date() + timedelta(days=20),
        "clock_owner": "coordinator",
    }


def _decision(
    facilities: BodyFacilities, filing_id: int, act: str, who: uuid.UUID, role: str, at: datetime, rng: random.Random
) -> Row:
    is_refusal = act == "refused"
    return {
        **facilities.owner,
        "uid": new_uid(rng),
        "filing_id": filing_id,
        "act": act,
        "reason": REASON if is_refusal else "",
        "clause": CLAUSE if is_refusal else "",
        "comments": COMMENTS if act == "returned" else [],
        "officer": who,
        "officer_name": "量测经办",
        "officer_role": role,
        "acted_at": at,
    }


def _letters(
    facilities: BodyFacilities,
    acts: Sequence[tuple[Row, str, Row]],
    decisions: dict[uuid.UUID, int],
    rng: random.Random,
) -> None:
    """A letter of each act that has one, and the notice by which the body was told of it."""
    letters: list[Row] = []
    notices: list[Row] = []
    sent: list[Row] = []
    for filing, kind, decision in acts:
        if not kind:
            continue
        number = f"量测{kind}〔{decision['acted_at'].year}〕{facilities.body.id}-{len(letters) + 1:04d}号"
        content, key = _content(facilities, filing, decision, kind, number), f"letter:{new_uid(rng)}"
        decision_id = decisions[decision["uid"]]
        letters.append(
            {
                **facilities.owner,
                "filing_id": decision["filing_id"],
                "decision_id": decision_id,
                "number": number,
                "kind": kind,
                "content": content,
                "digest": hashlib.sha256(canonical(content)).digest(),
            }
        )
        told = {"name": "量测联系人", "channel": "email", "address_masked": "l***@example.cn", "key": key}
        notices.append({**facilities.owner, "decision_id": decision_id, **told})
        sent.append(_sent(key, number, decision["acted_at"]))
    bulk_insert(FilingLetter, letters, rng)
    bulk_insert(FilingNotice, notices, rng)
    bulk_insert(OutboxNotice, sent, rng)


def _content(facilities: BodyFacilities, filing: Row, decision: Row, kind: str, number: str) -> dict[str, Any]:
    """As :mod:`examops.filings.letters` keeps it."""
    body, names = facilities.body, OFFERS[facilities.body.kind][:2]
    return {
        "filing": filing["number"],
        "body": body.name,
        "credit_code": body.credit_code,
        "occupations": [{"code": code, "name": occupation(code).name, "levels": ["4"]} for code in names],
        "office": decision["officer_role"],
        "officer": decision["officer_name"],
        "for_officer": "",
        "district": facilities.owner["district"],
        "day": decision["acted_at"].date().isoformat(),
        "until": "",
        "clause": decision["clause"],
        "reason": decision["reason"],
        "comments": decision["comments"],
        "area": "",
        "digest": "",
        "changes": [],
        "number": number,
        "kind": kind,
    }


def _sent(key: str, number: str, at: datetime) -> Row:
    return {
        "recipient": "liangce@example.cn",
        "channel": "email",
        "kind": "filing_letter",
        "payload": {"subject": number, "text": "量测数据"},
        "key": key,
        "state": "sent",
        "attempts": 1,
        "first_due": at,
        "next_try": at,
        "ended_at": at + timedelta(seconds=5),
    }


def _outages(facilities: BodyFacilities, count: int, now: datetime, rng: random.Random) -> None:
    """At night, when nothing is held; each fourth of a camera."""
    rows = list(_nights(facilities, count, now, rng))
    bulk_insert(WorkstationOutage, [row for row in rows if "workstation_id" in row], rng)
    bulk_insert(CameraOutage, [row for row in rows if "camera_id" in row], rng)


def _nights(facilities: BodyFacilities, count: int, now: datetime, rng: random.Random) -> Iterator[Row]:
    midnight = now.replace(hour=16, minute=0, second=0, microsecond=0)  # in Foshan
    for n in range(count):
        room = facilities.all_rooms[n % len(facilities.all_rooms)]
        thing = {"camera_id": room.cameras[0][2]} if n % 4 == 3 else {"workstation_id": rng.choice(room.stations)[1]}
        begins = midnight - timedelta(days=5 + n * 300 // count)
        during = Range(begins, begins + timedelta(hours=5))
        yield {**facilities.owner, **thing, "during": during, "reason": "量测数据：检修", "entered_by": "量测经办"}


def _accounts(facilities: BodyFacilities, names: Sequence[str], rng: random.Random) -> None:
    """One for each name, of the body."""
    rows: list[Row] = [
        {"uid": new_uid(rng), "login": f"l{facilities.body.id}-{n}", "name": name, "password_hash": "-"}
        for n, name in enumerate(names)
    ]
    ids = bulk_insert(UserAccount, rows, rng)
    grants = [
        {"user_id": ids[row["uid"]], "role": ROLES[n % len(ROLES)], "reach": "body", "body_id": facilities.body.id}
        for n, row in enumerate(rows)
    ]
    bulk_insert(RoleGrant, grants, rng)
