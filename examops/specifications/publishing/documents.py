"""The documents of filed specifications for everybody: published and ended with the decision on their filing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from examops.core.database import db, owner_of
from examops.specifications.content import AnyVersion
from examops.specifications.models import OWN_KINDS, PublishedSpecification, Specification
from examops.specifications.publishing.service import Attached


def publish_documents(versions: Iterable[AnyVersion], documents: Mapping[int, Attached]) -> None:
    """Of every version made valid in this transaction the document it rests on; what it replaces ends with it.

    A work plan is not public, and a version that repeats the national standard has no document of its own. The caller
    publishes the body's entry afterwards, which makes kept answers of the directory stale.
    """
    for row in versions:
        if isinstance(row, Specification) and row.valid is not None:
            _end_before(row)
            document = documents.get(row.document_id or 0)
            if document and row.kind in OWN_KINDS:
                db.session.add(_published(row, document))
    db.session.flush()


def _published(row: Specification, document: Attached) -> PublishedSpecification:
    return PublishedSpecification(
        **owner_of(row),
        specification_id=row.id,
        occupation_code=row.occupation_code,
        name=row.name,
        version=row.version,
        levels=list(row.levels),
        document_name=document.name,
        document_format=document.format,
        object_key=document.object_key,
        digest=document.digest,
        valid=row.valid,
    )


def _end_before(row: Specification) -> None:
    """The version before has its end already; its publication gets the same one."""
    query = select(PublishedSpecification, Specification.valid)
    query = query.join(Specification, Specification.id == PublishedSpecification.specification_id)
    query = query.where(
        PublishedSpecification.body_id == row.body_id, PublishedSpecification.occupation_code == row.occupation_code
    )
    for published, valid in db.session.execute(query):
        if valid is not None and published.valid != valid:
            published.valid = valid
    db.session.flush()


def published_specifications(body_id: int) -> list[PublishedSpecification]:
    """Every one with a document, by occupation, the newest version first."""
    table = PublishedSpecification
    query = select(table).where(table.body_id == body_id).order_by(table.occupation_code, table.version.desc())
    return list(db.session.execute(query).scalars())
