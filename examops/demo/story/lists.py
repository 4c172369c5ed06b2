"""Lists of the insured and of applicants for the story's filings: one row of invented people, from which each takes the
first so many. They are made as an examined file leaves them; whoever puts them in force and reads them does it as the
pages do. Reading files would cost the start of the demo a second."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from functools import cache

from sqlalchemy import insert

from examops.core.actor import Actor
from examops.core.clock import FixedClock
from examops.core.database import db, owner_of
from examops.core.extensions import keyring
from examops.core.keys import seal_id_number
from examops.demo.story.filing_cases import FilingCase
from examops.eligibility import check_character
from examops.filings import mark_list_read, put_in_force
from examops.filings.lists import FilingList, ListedPerson
from examops.filings.models import Filing
from examops.organisations.models import Body

INSURED, APPLICANTS = "insured", "applicants"
NAMES = {INSURED: "参保职工名册.xlsx", APPLICANTS: "申报认定的职工名册.xlsx"}
EMPTY = ("repeated", "hidden", "problem_count", "question_count", "double_count")


@cache
def _numbers(count: int) -> tuple[str, ...]:
    """Different ID numbers with right check characters."""
    heads = [f"440606{1968 + at % 32}{1 + at % 12:02d}{1 + at % 28:02d}{at:03d}" for at in range(count)]
    return tuple(head + check_character(head) for head in heads)


def lists_of(case: FilingCase, filing: Filing, body: Body, as_of: date, actor: Actor, at: FixedClock) -> None:
    """What the case states, as lists in force: those who apply are insured too."""
    insured = case.pages["people"]["insured_local"]
    sealed = [seal_id_number(keyring(), number) for number in _numbers(insured)]
    wanted = [(INSURED, "", insured)]
    wanted += [(APPLICANTS, code, case.pages[f"occupation-{code}"]["applicants"]) for code in case.occupations]
    for kind, subject, count in wanted:
        one = _examined(filing, body, kind, subject, count, as_of, actor, at)
        people = [
            {**owner_of(filing), "list_id": one.id, "uid": uuid.uuid4(), "id_hash": hashed, "id_sealed": kept}
            | {"credit_code": body.credit_code if kind == INSURED else ""}
            for hashed, kept in sealed[:count]
        ]
        db.session.execute(insert(ListedPerson), people)
        put_in_force(one, actor=actor, filing=filing)


def _examined(
    filing: Filing, body: Body, kind: str, subject: str, count: int, as_of: date, actor: Actor, at: FixedClock
) -> FilingList:
    own = [[body.credit_code if kind == INSURED else "", body.name, count, "own"]]
    one = FilingList(
        **owner_of(filing),
        filing_id=filing.id,
        kind=kind,
        subject=subject,
        as_of=as_of,
        name=NAMES[kind],
        content_digest=hashlib.sha256(f"{filing.number} {kind} {subject}".encode()).digest(),
        state="examined",
        row_count=count,
        done_count=count,
        findings={"rows": count, "people": count, "entities": own}
        | dict.fromkeys(EMPTY, 0)
        | {key: [] for key in ("problems", "questions", "doubles")},
        started_at=at.now(),
        finished_at=at.now(),
        uploaded_by=actor.uid,
        uploaded_by_name=actor.name,
    )
    db.session.add(one)
    db.session.flush()
    return one


def read_lists(lists: list[FilingList], filing: Filing, reader: Actor, at: FixedClock) -> None:
    for one in lists:
        mark_list_read(one, True, "", actor=reader, filing=filing, clock=at)
