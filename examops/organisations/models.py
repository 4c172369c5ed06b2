"""Legal entities, the assessment bodies that they are, and what these may assess."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column

from config.levels import LETTERS
from examops.core.database import Base, Row, Tenant, one_of
from examops.core.table_access import ADD_ONLY, IN_SCOPE, NO_DELETE, access, both

# A body's own row is its tenant. The public reads the directory instead: examops/organisations/directory.
SEEN = IN_SCOPE.replace("body_id =", "id =")
LEVELS = ", ".join(repr(letter) for letter in LETTERS)
BODY_STATES = ("draft", "filed", "suspended", "exiting", "exited", "expired")
RELATIONS = ("subsidiary", "branch", "holding", "member")
# Whoever sees a body sees what it is; the entity's own district as well. A name alone is never secret.
ENTITY_SEEN = (
    "(SELECT scope_everything()) OR district = ANY ((SELECT scope_districts())::text[])"
    " OR EXISTS (SELECT 1 FROM body WHERE body.legal_entity_id = legal_entity.id)"
)
FORMER_SEEN = "EXISTS (SELECT 1 FROM legal_entity WHERE legal_entity.id = former_name.legal_entity_id)"
BAR_SEEN = FORMER_SEEN.replace("former_name", "entity_bar")
OFFICE = "(SELECT scope_everything()) OR cardinality((SELECT scope_districts())::text[]) > 0"


class LegalEntity(Row, Base):
    """法人: one credit code, one name today. ``relation`` says what it is to ``parent_id``; both or neither.

    Bars and credit hang on it, not on a body: a college that is also a social organisation is one entity.
    """

    __tablename__ = "legal_entity"
    credit_code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    district: Mapped[str]
    industry: Mapped[str] = mapped_column(default="")
    representative: Mapped[str] = mapped_column(default="", server_default=text("''"))  # 法定代表人
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("legal_entity.id"))
    relation: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint(one_of("relation", ("", *RELATIONS)), name="relation"),
        CheckConstraint("(parent_id IS NULL) = (relation = '') AND parent_id <> id", name="parent"),
        Index(None, "parent_id"),
        access(NO_DELETE, policies={"scope": f"USING ({ENTITY_SEEN})"}),
    )


class FormerName(Row, Base):
    """曾用名: what an entity was called up to and including ``until_on``. Only added; certificates carry such names."""

    __tablename__ = "former_name"
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entity.id"))
    name: Mapped[str]
    until_on: Mapped[date]
    document_number: Mapped[str] = mapped_column(default="")
    changed_by_name: Mapped[str]
    __table_args__ = (
        UniqueConstraint("legal_entity_id", "until_on"),
        access(ADD_ONLY, policies={"scope": f"USING ({FORMER_SEEN})"}),
    )


class EntityBar(Row, Base):
    """限制申请: until and including ``until_on`` no body of this entity may ask to be filed, whatever it is called.

    Added with the decision of the exit case ``case_number``. Where that decision was set aside later, it bars nobody
    from ``lifted_on`` on. The trigger ``filing_of_no_barred_entity`` reads it.
    """

    __tablename__ = "entity_bar"
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entity.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    ground: Mapped[str]
    clause: Mapped[str]
    case_number: Mapped[str] = mapped_column(unique=True)
    decided_by_name: Mapped[str]
    lifted_on: Mapped[date | None]
    lifted_by_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    __table_args__ = (
        CheckConstraint("(lifted_on IS NULL) = (lifted_by_name = '')", name="lifted"),
        CheckConstraint("until_on > from_on", name="days"),
        CheckConstraint("clause <> '' AND decided_by_name <> ''", name="grounds"),
        Index(None, "legal_entity_id", "until_on"),
        access(
            both("SELECT", "INSERT", "UPDATE (lifted_on, lifted_by_name)"),
            policies={"scope": f"USING ({BAR_SEEN}) WITH CHECK ({OFFICE})"},
        ),
    )


class Body(Row, Base):
    """评价机构: a legal entity as an enterprise, a technician college or a social organisation.

    ``area``: where a social organisation is filed to assess, "city" or the code of a district; "" where nobody said.
    ``name`` is that of the entity (``entities.rename`` changes both); ``credit_code`` is read from the entity.
    """

    __tablename__ = "body"
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entity.id"))
    kind: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    district: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    telephone: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="", server_default=text("''"))
    state: Mapped[str] = mapped_column(default="filed")
    filed_on: Mapped[date | None]
    last_session_on: Mapped[date | None]
    credit_code: Mapped[str] = column_property(
        select(LegalEntity.credit_code).where(LegalEntity.id == legal_entity_id).scalar_subquery(), deferred=True
    )
    __table_args__ = (
        UniqueConstraint("legal_entity_id", "kind"),
        CheckConstraint("kind IN ('enterprise','college','social')", name="kind"),
        CheckConstraint(f"state IN {BODY_STATES}", name="state"),
        access(policies={"scope": f"USING ({SEEN})"}),
    )


class BodyOccupation(Tenant, Base):
    """``specifications``: level → what the directory calls the body's own specification that is in force for it."""

    __tablename__ = "body_occupation"
    occupation_code: Mapped[str]
    levels: Mapped[list[str]]
    specifications: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    __table_args__ = (
        UniqueConstraint("body_id", "occupation_code"),
        CheckConstraint(f"levels <@ ARRAY[{LEVELS}]::text[]", name="levels"),
    )
