"""An exit case with its facts, acts, letters, and what was decided about each session of the body."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant, in_states, one_of
from examops.core.table_access import ADD_ONLY, NO_DELETE, access
from examops.exits.states import BARRING, CHOICES, CLOCKS, DECIDED, DECISIONS, GROUNDS, OPEN_STATES, CaseState

ACTS = (
    *("opened", "gathered", "told", "stated", "term_over", "decided", "withdrawn"),
    *("session", "settled", "lifted", "set_aside"),
)
FACT_KINDS = ("judged", "read")
LETTER_KINDS = ("told", "decided", "lifted", "set_aside")
TICKING = in_states(CLOCKS)


class ExitCase(Tenant, Base):
    """退出事项: whether a body stays filed. ``opened_by`` is None where the nightly check drafted it.

    ``opened_by``, ``told_by``, ``stated_by`` and ``decided_by`` are uids of accounts; everybody's acts, and for whom a
    deputy acted, stand in :class:`ExitAct`. ``hearing_until``: the last day on which the body may state its case.
    ``bar_until``: the last day on which its legal entity may not ask to be filed. ``set_aside_at``: since when a
    removal counts no more; what it said stays as it was decided. ``decision`` "barred" is of a body that had left
    before: it bars, and nothing else.
    """

    __tablename__ = "exit_case"
    number: Mapped[str] = mapped_column(unique=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entity.id"))
    ground: Mapped[str]
    state: Mapped[str] = mapped_column(default=CaseState.DRAFTED)
    opened_at: Mapped[datetime]
    opened_by: Mapped[uuid.UUID | None]
    opened_by_name: Mapped[str]
    told_at: Mapped[datetime | None]
    told_by: Mapped[uuid.UUID | None]
    hearing_until: Mapped[date | None]
    statement: Mapped[str] = mapped_column(default="")
    stated_by: Mapped[uuid.UUID | None]
    stated_by_name: Mapped[str] = mapped_column(default="")
    heard_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None]
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_for_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    reason: Mapped[str] = mapped_column(default="")
    clause: Mapped[str] = mapped_column(default="")
    bar_until: Mapped[date | None]
    lifted_at: Mapped[datetime | None]
    set_aside_at: Mapped[datetime | None]
    set_aside_by: Mapped[uuid.UUID | None]
    due_on: Mapped[date | None]
    clock_owner: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint(one_of("ground", GROUNDS), name="ground"),
        CheckConstraint(one_of("state", CaseState), name="state"),
        CheckConstraint(one_of("decision", ("", *DECISIONS)), name="decision"),
        CheckConstraint(
            f"({in_states(DECIDED)}) = (decision <> '') AND (decision <> '') = (decided_by IS NOT NULL)"
            " AND (decision <> '') = (decided_at IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint(
            "decision = '' OR (heard_at IS NOT NULL AND reason <> '' AND clause <> '')", name="heard_first"
        ),
        CheckConstraint("decided_by IS DISTINCT FROM opened_by OR decided_by IS NULL", name="decided_by_another"),
        CheckConstraint("decided_by IS DISTINCT FROM told_by OR decided_by IS NULL", name="decided_by_no_teller"),
        CheckConstraint("decided_by IS DISTINCT FROM stated_by OR decided_by IS NULL", name="decided_by_no_party"),
        CheckConstraint(
            f"(bar_until IS NULL OR {one_of('decision', BARRING)})"
            " AND (decision <> 'barred' OR (bar_until IS NOT NULL AND ground = 'misconduct'))",
            name="bar",
        ),
        CheckConstraint("lifted_at IS NULL OR decision = 'suspended'", name="lifted"),
        CheckConstraint(
            "(set_aside_at IS NULL) = (set_aside_by IS NULL)"
            f" AND (set_aside_at IS NULL OR {one_of('decision', BARRING)})",
            name="set_aside",
        ),
        CheckConstraint("set_aside_by IS NULL OR set_aside_by <> decided_by", name="set_aside_by_another"),
        CheckConstraint(
            f"({TICKING}) = (due_on IS NOT NULL) AND ({TICKING}) = (clock_owner <> '')", name="clock_has_an_owner"
        ),
        UniqueConstraint("id", "body_id"),
        Index("uq_exit_case_open", "body_id", "ground", unique=True, postgresql_where=text(in_states(OPEN_STATES))),
        Index(None, "body_id", "id"),
        Index(None, "state", "due_on"),
        access(NO_DELETE),
    )


class ExitFact(Tenant, Base):
    """One fact of a case. ``judged``: a rule with what it was judged from, enough to judge again; ``read``: what a
    named officer read, where and as of which day. ``entered_by`` is None for the nightly check. Rows are only added.
    """

    __tablename__ = "exit_fact"
    case_id: Mapped[int] = mapped_column(ForeignKey("exit_case.id"))
    kind: Mapped[str]
    rule: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    hash: Mapped[str] = mapped_column(default="")
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outcome: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(default="")
    clause: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    read_in: Mapped[str] = mapped_column(default="")
    read_on: Mapped[date]
    entered_by: Mapped[uuid.UUID | None]
    entered_by_name: Mapped[str]
    __table_args__ = (
        CheckConstraint(one_of("kind", FACT_KINDS), name="kind"),
        CheckConstraint("kind <> 'judged' OR (rule <> '' AND hash <> '' AND outcome <> '')", name="judged"),
        CheckConstraint("kind <> 'read' OR (text <> '' AND read_in <> '' AND entered_by IS NOT NULL)", name="read"),
        Index(None, "case_id", "id"),
        access(ADD_ONLY),
    )


class ExitAct(Tenant, Base):
    """Who did what with a case, and why; rows are only added. ``officer`` is None for the system; ``document`` is the
    number of the paper that it rests on; ``for_officer`` is whom ``officer`` acted for as a deputy."""

    __tablename__ = "exit_act"
    case_id: Mapped[int] = mapped_column(ForeignKey("exit_case.id"))
    act: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    document: Mapped[str] = mapped_column(default="", server_default=text("''"))
    officer: Mapped[uuid.UUID | None]
    officer_name: Mapped[str]
    officer_role: Mapped[str]
    for_officer: Mapped[uuid.UUID | None]
    for_officer_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    acted_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(one_of("act", ACTS), name="act"),
        CheckConstraint("act NOT IN ('decided','lifted') OR (officer IS NOT NULL AND reason <> '')", name="named"),
        CheckConstraint(
            "act <> 'set_aside' OR (officer IS NOT NULL AND reason <> '' AND document <> '')", name="set_aside_on_paper"
        ),
        Index(None, "case_id", "id"),
        access(ADD_ONLY),
    )


class ExitLetter(Tenant, Base):
    """文书, as it went out. ``content`` is what the print shows, ``digest`` SHA-256 of its canonical JSON."""

    __tablename__ = "exit_letter"
    case_id: Mapped[int] = mapped_column(ForeignKey("exit_case.id"))
    act_id: Mapped[int] = mapped_column(ForeignKey("exit_act.id"))
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    content: Mapped[dict[str, Any]]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        CheckConstraint(one_of("kind", LETTER_KINDS), name="kind"),
        UniqueConstraint("act_id"),
        Index(None, "case_id"),
        access(ADD_ONLY),
    )


class ExitSession(Tenant, Base):
    """What an officer decided about one session of a suspended or removed body; the newest of a session counts.

    ``note``: why, and for ``move`` to which body.
    """

    __tablename__ = "exit_session"
    case_id: Mapped[int] = mapped_column(ForeignKey("exit_case.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    choice: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    officer: Mapped[uuid.UUID]
    officer_name: Mapped[str]
    for_officer: Mapped[uuid.UUID | None]
    for_officer_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    acted_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(one_of("choice", CHOICES), name="choice"),
        CheckConstraint("choice = 'keep' OR note <> ''", name="note"),
        Index(None, "case_id", "session_id", "id"),
        access(ADD_ONLY),
    )
