"""A filing with its occupations, facts, documents, verdicts, decisions and letters."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from config.levels import LETTERS
from examops.core.database import Base, Tenant, in_states, one_of
from examops.core.table_access import ADD_ONLY, DELETED_BY_PAGES, NO_DELETE, access
from examops.filings.states import CLOCKS, DECIDED, OPEN_STATES, FilingState

HISTORIC = "historic"  # filed on paper before go-live
KINDS = ("new", "amendment", "renewal", HISTORIC)
SOURCES = ("typed", "document", "official")
FORMATS = ("pdf", "jpeg", "png")
MOMENTS = ("submitted", "reviewed", "decided")
ACTS = ("submitted", "withdrawn", "reviewed", "returned", "filed", "refused", "ruled", "ended")
LETTER_KINDS = ("accepted", "supplement", "filed", "refused")  # 受理, 补正, 备案, 不予备案
LEVELS = ", ".join(map(repr, LETTERS))
TICKING = in_states(CLOCKS)
# What a body has not handed in yet is its own alone: offices see a filing from its first submission on.
HANDED_IN = "(submitted_at IS NOT NULL OR state NOT IN ('draft', 'withdrawn'))"
OFFICES = "((SELECT scope_everything()) OR district = ANY ((SELECT scope_districts())::text[]))"
OWN = "(SELECT scope_system()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])"
SEEN = {"scope": f"USING ({OWN} OR ({HANDED_IN} AND {OFFICES}))"}


# The rows of a filing are seen with it: the condition is read under the policy of ``filing`` itself.
OF_FILING = "EXISTS (SELECT 1 FROM filing WHERE filing.id = this.filing_id)"


def seen_with_filing(table: str) -> dict[str, str]:
    handed_in = OF_FILING.replace("this.", f"{table}.")
    return {"scope": f"USING ({OWN} OR ({OFFICES} AND {handed_in}))"}


# A letter goes out once its filing was handed in, and is never taken back: reading it needs no look at the filing,
# which would have to be made for every letter before a list of them has its page.
LETTERS_SEEN = {
    "scope": f"USING ({OWN} OR {OFFICES})"
    f" WITH CHECK ({OWN} OR ({OFFICES} AND {OF_FILING.replace('this.', 'filing_letter.')}))"
}


class Filing(Tenant, Base):
    """申报. ``submitted_by``, ``reviewed_by`` and ``decided_by`` are uids of accounts; the latest counts, all of them
    stand in :class:`FilingDecision`. ``due_on`` and ``clock_owner``: until when, and which role must act;
    ``clock_officer`` (a uid): the officer of that office who has it in hand. ``overdue_at`` and ``head_told_at``: when
    the alarm about the present term was raised, and when the office's head was told.

    Of kind historic, decided on paper before go-live: number and day of the paper, and who entered it here, whose uid
    stands in ``decided_by``.
    """

    __tablename__ = "filing"
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    body_kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=FilingState.DRAFT)
    supersedes: Mapped[uuid.UUID | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[uuid.UUID | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None]
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    due_on: Mapped[date | None]
    clock_owner: Mapped[str] = mapped_column(default="")
    paper_number: Mapped[str] = mapped_column(default="", server_default="")
    paper_on: Mapped[date | None]
    entered_by_name: Mapped[str] = mapped_column(default="", server_default="")
    clock_officer: Mapped[uuid.UUID | None]
    clock_officer_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    overdue_at: Mapped[datetime | None]
    head_told_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("state", FilingState), name="state"),
        CheckConstraint(
            "decided_by IS DISTINCT FROM submitted_by OR decided_by IS NULL", name="decided_by_somebody_else"
        ),
        CheckConstraint(
            "reviewed_by IS DISTINCT FROM submitted_by OR reviewed_by IS NULL", name="reviewed_by_somebody_else"
        ),
        CheckConstraint("decided_by IS DISTINCT FROM reviewed_by OR decided_by IS NULL", name="two_offices"),
        CheckConstraint(f"({in_states(DECIDED)}) = (decided_by IS NOT NULL)", name="decided"),
        CheckConstraint(
            f"({TICKING}) = (due_on IS NOT NULL) AND ({TICKING}) = (clock_owner <> '')", name="clock_has_an_owner"
        ),
        UniqueConstraint("id", "body_id"),
        Index("uq_filing_open", "body_id", unique=True, postgresql_where=text(in_states(OPEN_STATES))),
        Index(None, "body_id", "id"),
        Index(None, "state", "due_on"),
        access(policies=SEEN),
    )


class FilingStep(Tenant, Base):
    """A page of the wizard. ``version`` counts its saves: whoever saves says which one they saw."""

    __tablename__ = "filing_step"
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    step: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    saved_by: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("filing_id", "step"), access(NO_DELETE, seen_with_filing("filing_step")))


class FilingOccupation(Tenant, Base):
    """``standard``: the name of the national standard or of the body's own specification."""

    __tablename__ = "filing_occupation"
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    occupation_code: Mapped[str]
    edition: Mapped[str]
    levels: Mapped[list[str]]
    standard: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        UniqueConstraint("filing_id", "occupation_code"),
        CheckConstraint(f"levels <@ ARRAY[{LEVELS}]::text[] AND levels <> '{{}}'", name="levels"),
        access(DELETED_BY_PAGES, seen_with_filing("filing_occupation")),
    )


class FilingDocument(Tenant, Base):
    """材料, kept in the bucket ``documents``. It counts once somebody else than its uploader has read it and
    ``is_sound``.

    ``subject``: the occupation's code, or empty; ``size`` in bytes; ``pages`` is 0 where the file does not say. One
    that the body took out of a draft (``removed_at``) keeps its row, its mark and its bytes: what was handed in before
    refers to them.
    """

    __tablename__ = "filing_document"
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    subject: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    name: Mapped[str]
    format: Mapped[str]
    pages: Mapped[int]
    size: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    object_key: Mapped[str] = mapped_column(unique=True)
    uploaded_by: Mapped[uuid.UUID]
    uploaded_by_name: Mapped[str]
    read_by: Mapped[uuid.UUID | None]
    read_by_name: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime | None]
    is_sound: Mapped[bool | None]
    note: Mapped[str] = mapped_column(default="")
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[uuid.UUID | None]
    removed_by_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    __table_args__ = (
        CheckConstraint("(removed_at IS NULL) = (removed_by IS NULL)", name="removed"),
        CheckConstraint(one_of("format", FORMATS), name="format"),
        CheckConstraint("read_by IS NULL OR read_by <> uploaded_by", name="read_by_somebody_else"),
        CheckConstraint(
            "(read_by IS NULL) = (read_at IS NULL) AND (read_by IS NULL) = (is_sound IS NULL)", name="reading"
        ),
        CheckConstraint("is_sound IS DISTINCT FROM false OR note <> ''", name="what_is_wrong"),
        UniqueConstraint("id", "body_id"),
        Index(None, "filing_id"),
        access(NO_DELETE, seen_with_filing("filing_document")),
    )


class FilingFact(Tenant, Base):
    """One value, with where it comes from. A new value never changes the old row: it says which uid superseded it.

    ``value`` is ``{"value": …}``; ``subject``: the occupation's code, or empty; ``version``: of the step, 0 for
    official ones. ``seen_by``: the name of whoever read the document or looked it up, empty until then.
    """

    __tablename__ = "filing_fact"
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    step: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    key: Mapped[str]
    value: Mapped[dict[str, Any]]
    source: Mapped[str]
    as_of: Mapped[date | None]
    seen_by: Mapped[str] = mapped_column(default="")
    looked_up_in: Mapped[str] = mapped_column(default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("filing_document.id"))
    version: Mapped[int] = mapped_column(default=0)
    entered_by: Mapped[uuid.UUID]
    entered_by_name: Mapped[str]
    superseded_by: Mapped[uuid.UUID | None]
    __table_args__ = (
        CheckConstraint(one_of("source", SOURCES), name="source"),
        CheckConstraint("(source = 'document') = (document_id IS NOT NULL)", name="document"),
        CheckConstraint("source <> 'official' OR (seen_by <> '' AND looked_up_in <> '')", name="official"),
        CheckConstraint("source <> 'typed' OR seen_by = ''", name="typed"),
        Index(
            "uq_filing_fact_current",
            "filing_id",
            "subject",
            "key",
            unique=True,
            postgresql_where=text("superseded_by IS NULL"),
        ),
        access(NO_DELETE, seen_with_filing("filing_fact")),
    )


class FilingDecision(Tenant, Base):
    """Who did what with a filing, and why; rows are only added. ``subject`` and ``rule``: what a ruling is about;
    ``counted``: the digest of those who were counted, where the ruling is that they do count. ``for_officer``: whom
    ``officer`` acted for as a deputy."""

    __tablename__ = "filing_decision"
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    act: Mapped[str]
    rule: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    clause: Mapped[str] = mapped_column(default="")
    comments: Mapped[list[Any]] = mapped_column(default=list)
    counted: Mapped[str] = mapped_column(default="", server_default=text("''"))
    officer: Mapped[uuid.UUID]
    officer_name: Mapped[str]
    officer_role: Mapped[str]
    for_officer: Mapped[uuid.UUID | None]
    for_officer_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    acted_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(one_of("act", ACTS), name="act"),
        CheckConstraint("act <> 'refused' OR (clause <> '' AND reason <> '')", name="refusal_names_its_clause"),
        CheckConstraint("act <> 'returned' OR jsonb_array_length(comments) > 0", name="return_has_comments"),
        CheckConstraint(
            "act <> 'ruled' OR (rule <> '' AND outcome IN ('yes','no','waived') AND reason <> '')", name="ruling"
        ),
        Index(None, "filing_id", "id"),
        access(ADD_ONLY, seen_with_filing("filing_decision")),
    )


class FilingVerdict(Tenant, Base):
    """One condition as it was judged at a moment, with what it was judged from."""

    __tablename__ = "filing_verdict"
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("filing_decision.id"))
    moment: Mapped[str]
    rule: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    hash: Mapped[str]
    inputs: Mapped[dict[str, Any]]
    outcome: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    clause: Mapped[str]
    __table_args__ = (
        CheckConstraint(one_of("moment", MOMENTS), name="moment"),
        CheckConstraint("outcome IN ('met','missing','open')", name="outcome"),
        UniqueConstraint("decision_id", "rule", "subject"),
        Index(None, "filing_id"),
        access(ADD_ONLY, seen_with_filing("filing_verdict")),
    )


class FilingLetter(Tenant, Base):
    """文书, as it went out. ``content`` is what the print shows, ``digest`` SHA-256 of its canonical JSON."""

    __tablename__ = "filing_letter"
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("filing_decision.id"))
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    content: Mapped[dict[str, Any]]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        CheckConstraint(one_of("kind", LETTER_KINDS), name="kind"),
        UniqueConstraint("decision_id"),
        Index(None, "filing_id"),
        access(ADD_ONLY, LETTERS_SEEN),
    )


class FilingReceipt(Tenant, Base):
    """回执: a filing came in on that day, as handed in. ``content`` is what the print shows, ``digest`` its SHA-256."""

    __tablename__ = "filing_receipt"
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("filing_decision.id"))
    number: Mapped[str] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        UniqueConstraint("decision_id"),
        Index(None, "filing_id"),
        access(ADD_ONLY, seen_with_filing("filing_receipt")),
    )


class FilingContact(Tenant, Base):
    """联系人 of a filing: whoever is reached about it besides the body's own people."""

    __tablename__ = "filing_contact"
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    mobile: Mapped[str] = mapped_column(default="")
    entered_by_name: Mapped[str]
    __table_args__ = (CheckConstraint("email <> '' OR mobile <> ''", name="reachable"), access(NO_DELETE))


class FilingNotice(Tenant, Base):
    """Who was told of a decision and its letter: the name, the masked address and the notice's key in the outbox."""

    __tablename__ = "filing_notice"
    decision_id: Mapped[int] = mapped_column(ForeignKey("filing_decision.id"))
    name: Mapped[str]
    channel: Mapped[str]
    address_masked: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (Index(None, "decision_id"), access(ADD_ONLY))
