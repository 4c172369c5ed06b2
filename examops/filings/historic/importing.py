"""Paper filings become filings of kind historic, already decided: entity, body, occupations, directory, log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from config.levels import lowest_first
from config.rulebook import Rulebook
from examops.audit import record
from examops.catalogue import occupation
from examops.core.actor import Actor
from examops.core.clock import Clock, midnight, today
from examops.core.database import db, owner_of
from examops.core.language import N_, join_messages, message
from examops.core.numbers import next_number
from examops.filings.historic.reading import CLAUSE, Fault, Paper, Row, Sheet
from examops.filings.models import Filing, FilingDecision, FilingOccupation
from examops.filings.refusals import CodeUnexplained
from examops.filings.states import OPEN_STATES, FilingState
from examops.filings.tags import Tag
from examops.organisations import BODY_STATES, bar_of, doubtful_words, doubts_of, new_body
from examops.organisations.directory import publish
from examops.organisations.models import Body, BodyOccupation, LegalEntity

NUMBER = "BA{year}-P{count:04d}"
ENTERED_INTO = ("draft", "filed")  # states of a body that may be entered


def faults_on_record(sheet: Sheet, day: date) -> list[Fault]:
    """What stands against rows in the database; each body is asked about once. ``day``: today."""
    found: list[Fault] = []
    for code, rows in _by_code(sheet).items():
        entity = db.session.execute(select(LegalEntity).where(LegalEntity.credit_code == code)).scalar_one_or_none()
        if entity is not None:
            found += [*_faults(sheet, entity, rows), *_bar(sheet, entity, rows[0], day)]
    return sorted(found, key=lambda one: (one.row, one.letter))


def _bar(sheet: Sheet, entity: LegalEntity, row: Row, day: date) -> Iterator[Fault]:
    """The bar binds the entity: no paper files it anew, as whatever kind of body."""
    if (bar := bar_of(entity.id, day)) is not None:
        yield sheet.fault(row.number, "code", "barred", number=bar.case_number, until=bar.until_on.isoformat())


def _by_code(sheet: Sheet) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in sheet.rows:
        if "code" in row.values:
            found.setdefault(row.values["code"], []).append(row)
    return found


def _faults(sheet: Sheet, entity: LegalEntity, rows: list[Row]) -> Iterator[Fault]:
    for row in rows:
        if row.values.get("name", entity.name) != entity.name:
            yield sheet.fault(row.number, "name", "registered_name", name=entity.name)
    bodies = db.session.execute(select(Body).where(Body.legal_entity_id == entity.id)).scalars()
    for body in bodies:
        own = [row for row in rows if row.values.get("kind") == body.kind]
        if own and body.state not in ENTERED_INTO:
            state = message(BODY_STATES[body.state])
            yield sheet.fault(own[0].number, "code", "body_state", state=state)
        if own:
            yield from _filing_faults(sheet, body, own)


def _filing_faults(sheet: Sheet, body: Body, rows: list[Row]) -> Iterator[Fault]:
    for filing in db.session.execute(select(Filing).where(Filing.body_id == body.id)).scalars():
        if filing.state in OPEN_STATES:
            yield sheet.fault(rows[0].number, "code", "open_filing", number=filing.number)
        elif filing.state == FilingState.FILED and filing.kind != "historic":
            yield sheet.fault(rows[0].number, "code", "filed_online", number=filing.number)
        elif filing.kind == "historic":
            for row in rows:
                if row.values.get("paper_number") == filing.paper_number:
                    yield sheet.fault(row.number, "paper_number", "entered", number=filing.number)


def doubtful_codes(sheet: Sheet) -> list[str]:
    """Credit codes of new entities that fail their own check character, or were given by an office of another city, in
    the order of their rows. Such codes are in use, and so are typing errors."""
    codes = [code for code in _by_code(sheet) if doubts_of(code)]
    query = select(LegalEntity.credit_code).where(LegalEntity.credit_code.in_(codes))
    known = set(db.session.execute(query).scalars())
    return [code for code in codes if code not in known]


def import_papers(sheet: Sheet, *, actor: Actor, clock: Clock, rules: Rulebook, code_reason: str = "") -> list[Filing]:
    """All of them in the caller's transaction. The sheet has no faults, on record neither.

    ``code_reason``: why doubtful codes are taken as they are written. Raises :class:`CodeUnexplained` without.
    """
    doubtful = doubtful_codes(sheet)
    if doubtful and not code_reason:
        raise CodeUnexplained(clause=CLAUSE, codes=join_messages(N_("、"), list(map(doubtful_words, doubtful))))
    return [
        _import(paper, code_reason if paper.first["code"] in doubtful else "", actor, clock) for paper in sheet.papers()
    ]


def _import(paper: Paper, code_reason: str, actor: Actor, clock: Clock) -> Filing:
    told, day = paper.first, today(clock)
    body, is_new = _body(told)
    _remember_last_session(body, paper)
    filing = _filing(body, paper, actor, clock)
    rows = {row.occupation_code: row for row in _filed(body.id)}
    for one in paper.rows:
        code = one.values["occupation"]
        if code not in rows:
            rows[code] = BodyOccupation(**owner_of(filing), occupation_code=code, levels=[])
            db.session.add(rows[code])
        rows[code].levels = lowest_first([*rows[code].levels, *one.values["levels"]])
    # The directory begins with the paper's day; what it has published already is changed from today on only.
    publish(body, told["paper_on"] if is_new else day)
    filed = [f"{row.values['occupation']}/{level}" for row in paper.rows for level in row.values["levels"]]
    words = message(N_("{body} {paper}"), body=body.name, paper=filing.paper_number)
    why: dict[str, Any] = {"code_reason": code_reason} if code_reason else {}
    filed_on = told["paper_on"].isoformat()
    record(Tag.BODIES_IMPORTED, actor, filing, words=words, filed_levels=filed, filed_on=filed_on, **why)
    return filing


def _body(told: dict[str, Any]) -> tuple[Body, bool]:
    """The body, and whether the directory has not listed it before today's import."""
    query = select(Body).join(LegalEntity, LegalEntity.id == Body.legal_entity_id)
    query = query.where(LegalEntity.credit_code == told["code"], Body.kind == told["kind"]).with_for_update(of=Body)
    body, day = db.session.execute(query).scalar_one_or_none(), told["paper_on"]
    if body is None:
        body = new_body(
            credit_code=told["code"],
            name=told["name"],
            district=told["district"],
            kind=told["kind"],
            short_name=told["name"],
            address=told.get("address", ""),
            telephone=told.get("telephone", ""),
            state="filed",
            filed_on=day,
        )
        db.session.add(body)
        db.session.flush()
        return body, True
    is_new = body.state != "filed" or _has_papers_alone(body)
    body.state, body.filed_on = "filed", min(day, body.filed_on or day)
    return body, is_new


def _remember_last_session(body: Body, paper: Paper) -> None:
    """From before this system: the idle year counts from it."""
    days = [row.values["last_session_on"] for row in paper.rows if "last_session_on" in row.values]
    body.last_session_on = max([*days, *([body.last_session_on] if body.last_session_on else [])], default=None)


def _has_papers_alone(body: Body) -> bool:
    """Filed by papers of this import or an earlier one: their days are those of the directory."""
    query = select(Filing.id).where(Filing.body_id == body.id, Filing.kind == "historic")
    return db.session.execute(query.limit(1)).first() is not None


def _filing(body: Body, paper: Paper, actor: Actor, clock: Clock) -> Filing:
    """Begun, filled in and decided: its occupations are written while it is open, as the database asks."""
    told, year = paper.first, today(clock).year
    filing = Filing(
        body_id=body.id,
        district=body.district,
        number=NUMBER.format(year=year, count=next_number(f"filing-paper-{year}")),
        kind="historic",
        body_kind=body.kind,
        paper_number=told["paper_number"],
        paper_on=told["paper_on"],
        submitted_at=midnight(told["paper_on"]),  # on paper, by then: offices see no draft
        entered_by_name=actor.name,
    )
    db.session.add(filing)
    db.session.flush()
    owner = {**owner_of(filing), "filing_id": filing.id}
    for row in paper.rows:
        known = occupation(row.values["occupation"])
        levels = row.values["levels"]
        db.session.add(FilingOccupation(**owner, occupation_code=known.code, edition=known.edition, levels=levels))
    db.session.flush()
    filing.state, filing.decided_by, filing.decided_at = FilingState.FILED, actor.uid, midnight(told["paper_on"])
    reason = f"{told['paper_number']}（{told['paper_on'].isoformat()}）"
    by = {"officer": actor.uid, "officer_name": actor.name, "officer_role": actor.role}
    db.session.add(FilingDecision(**owner, act="filed", reason=reason, **by, acted_at=clock.now()))
    db.session.flush()
    return filing


def _filed(body_id: int) -> list[BodyOccupation]:
    query = select(BodyOccupation).where(BodyOccupation.body_id == body_id).with_for_update()
    return list(db.session.execute(query).scalars())
