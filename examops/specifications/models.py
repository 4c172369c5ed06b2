"""Specifications and work plans in versions that a filing makes valid; rules and fees that a body publishes itself."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, literal_column, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant, one_of
from examops.core.table_access import IN_SCOPE, NO_DELETE, access
from examops.organisations.directory import BY_OFFICES

KINDS = ("national", "industry", "enterprise")
OWN_KINDS = ("industry", "enterprise")  # with condition lines of their own, in place of the national standard's
STATES = ("draft", "submitted", "filed")
RULE_KINDS = ("exam_affairs", "quality", "certificates", "fees")
# Published to everybody, as the directory is; written by the body. No person is named in these rows: who published
# is an account's uid.
PUBLISHED = {
    "reading": "FOR SELECT USING (true)",
    "adding": f"FOR INSERT WITH CHECK ({IN_SCOPE})",
    "changing": f"FOR UPDATE USING ({IN_SCOPE}) WITH CHECK ({IN_SCOPE})",
}
# The same, but published by the city's decision on a filing: offices write, no body does.
BY_DECISION = {
    **PUBLISHED,
    "adding": f"FOR INSERT WITH CHECK ({BY_OFFICES})",
    "changing": f"FOR UPDATE USING ({BY_OFFICES}) WITH CHECK ({BY_OFFICES})",
}
# As overlap_guard does it: ranges of one number compare without an extension.
OF_BODY: tuple[Any, str] = (literal_column("int8range(body_id,body_id,'[]')"), "&&")
ONE_OCCUPATION = "hashtextextended(body_id::text || '/' || occupation_code, 0)"
ONE_RULE = "hashtextextended(body_id::text || '/' || kind, 0)"
VALID = ("valid", "&&")
FEN_ONLY = (
    "jsonb_typeof(amounts) = 'array' AND NOT jsonb_path_exists(amounts,"
    " '$[*] ? (!(@.fen.type() == \"number\") || @.fen < 0 || @.fen.floor() != @.fen)')"
)


def _checks() -> tuple[CheckConstraint, ...]:
    """Of every table of versions; each needs its own."""
    return (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("(state = 'filed') = (valid IS NOT NULL)", name="filed"),
        CheckConstraint("state = 'draft' OR (filing_id IS NOT NULL AND hash <> '')", name="handed_in"),
    )


class Version(Tenant):
    """What a body drafts, hands in with a filing, and the city's decision makes valid; from then on it never changes.

    ``valid`` is from the moment of the decision until the next version; ``hash`` that of the content, from handing in
    on; ``edits`` counts the saves: whoever saves says which one they saw.
    """

    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="draft")
    filing_id: Mapped[int | None] = mapped_column(ForeignKey("filing.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("filing_document.id"))
    valid: Mapped[Range[datetime] | None]
    hash: Mapped[str] = mapped_column(default="")
    edits: Mapped[int] = mapped_column(default=0)
    written_by: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime | None]


class Specification(Version, Base):
    """评价规范 of one occupation. ``national_version``: of the national standard, for the kind ``national``.

    ``levels`` is ``{level: {"text", "conditions", "parts", "minutes", "pass_mark"}}``: the words of the specification,
    its condition lines as in :mod:`config.level_conditions`, minutes by part, marks of a hundred.
    """

    __tablename__ = "specification"
    occupation_code: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    national_version: Mapped[str] = mapped_column(default="")
    levels: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        *_checks(),
        UniqueConstraint("body_id", "occupation_code", "version"),
        UniqueConstraint("id", "body_id"),
        Index(
            "uq_specification_open", "body_id", "occupation_code", unique=True, postgresql_where=text("valid IS NULL")
        ),
        Index(None, "filing_id"),
        ExcludeConstraint(
            (literal_column(f"int8range({ONE_OCCUPATION},{ONE_OCCUPATION},'[]')"), "&&"),
            VALID,
            name="one_specification_at_a_time",
            using="gist",
        ),
        access(NO_DELETE),
    )


class WorkPlan(Version, Base):
    """备案工作方案. ``lines`` are ``[{"occupation", "level", "parts", "pass_mark", "carry_over_months", "site",
    "site_name", "examiners", "proctors"}]``; ``site`` is a uid, ``site_name`` what it was called."""

    __tablename__ = "work_plan"
    lines: Mapped[list[Any]] = mapped_column(default=list)
    __table_args__ = (
        *_checks(),
        UniqueConstraint("body_id", "version"),
        UniqueConstraint("id", "body_id"),
        Index("uq_work_plan_open", "body_id", unique=True, postgresql_where=text("valid IS NULL")),
        Index(None, "filing_id"),
        ExcludeConstraint(OF_BODY, VALID, name="one_work_plan_at_a_time", using="gist"),
        access(NO_DELETE),
    )


class PublishedRule(Tenant, Base):
    """管理办法 that a body has published, as a text or as a document that stands in a filing of its own.

    ``object_key``, ``digest``, ``document_name`` and ``document_format`` are those of the document: the public reads
    this row, never the filing's.
    """

    __tablename__ = "published_rule"
    kind: Mapped[str]
    version: Mapped[int]
    text: Mapped[str] = mapped_column(default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("filing_document.id"))
    document_name: Mapped[str] = mapped_column(default="")
    document_format: Mapped[str] = mapped_column(default="")
    object_key: Mapped[str] = mapped_column(default="")
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    published_by: Mapped[uuid.UUID]
    valid: Mapped[Range[datetime]]
    __table_args__ = (
        CheckConstraint(one_of("kind", RULE_KINDS), name="kind"),
        CheckConstraint("(text <> '') <> (object_key <> '')", name="text_or_document"),
        CheckConstraint("(object_key <> '') = (digest IS NOT NULL)", name="digest"),
        UniqueConstraint("body_id", "kind", "version"),
        ExcludeConstraint(
            (literal_column(f"int8range({ONE_RULE},{ONE_RULE},'[]')"), "&&"),
            VALID,
            name="one_rule_at_a_time",
            using="gist",
        ),
        access(NO_DELETE, PUBLISHED),
    )


class PublishedSpecification(Tenant, Base):
    """评价规范的文本 of a filed version, for everybody to read: written by the decision that made the version valid.

    The public reads this row, never the filing's. ``version`` and ``valid`` are those of the specification; drafts and
    versions without a document of their own have no row.
    """

    __tablename__ = "published_specification"
    specification_id: Mapped[int] = mapped_column(ForeignKey("specification.id"), unique=True)
    occupation_code: Mapped[str]
    name: Mapped[str]
    version: Mapped[int]
    levels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    document_name: Mapped[str]
    document_format: Mapped[str]
    object_key: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    valid: Mapped[Range[datetime]]
    __table_args__ = (
        Index(None, "body_id", "occupation_code", "version", unique=True),
        access(NO_DELETE, BY_DECISION),
    )


class FeeSchedule(Tenant, Base):
    """收费标准 as published. ``amounts`` are ``[{"occupation", "level", "part", "fen"}]``; ``part`` may be "whole"."""

    __tablename__ = "fee_schedule"
    version: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    amounts: Mapped[list[Any]]
    published_by: Mapped[uuid.UUID]
    valid: Mapped[Range[datetime]]
    __table_args__ = (
        CheckConstraint(FEN_ONLY, name="fen"),
        UniqueConstraint("body_id", "version"),
        ExcludeConstraint(OF_BODY, VALID, name="one_fee_schedule_at_a_time", using="gist"),
        access(NO_DELETE, PUBLISHED),
    )
