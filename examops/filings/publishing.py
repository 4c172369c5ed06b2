"""What the release before filed without publishing it: during an upgrade its processes decide for some minutes more."""

from __future__ import annotations

from sqlalchemy import select

from examops.core.database import db
from examops.core.numbers import next_number
from examops.filings.models import FilingDocument
from examops.organisations.directory import REVISION
from examops.specifications import Specification
from examops.specifications.models import OWN_KINDS, PublishedSpecification
from examops.specifications.publishing import Attached, publish_documents


def publish_left_out() -> int:
    """Publish the documents of filed versions that have no publication, the oldest first; how many there were."""
    query = (
        select(Specification, FilingDocument)
        .join(FilingDocument, FilingDocument.id == Specification.document_id)
        .outerjoin(PublishedSpecification, PublishedSpecification.specification_id == Specification.id)
        .where(Specification.state == "filed", Specification.kind.in_(OWN_KINDS), PublishedSpecification.id.is_(None))
        .order_by(Specification.id)
    )
    found = db.session.execute(query).all()
    for row, one in found:
        publish_documents([row], {one.id: Attached(one.id, one.name, one.format, one.object_key, one.digest)})
    if found:
        next_number(REVISION)  # kept answers of the directory are stale
    return len(found)
