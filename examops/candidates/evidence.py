"""That a person saw the original of one paper of one candidate: who, and on which day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from examops.audit import record
from examops.candidates.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.eligibility.models import Candidate, Credential, Employment

TABLES: dict[str, Any] = {"employment": Employment, "credential": Credential}


def confirm_original(candidate: Candidate, kind: str, uid: UUID, *, actor: Actor, clock: Clock) -> None:
    """Keep the reader and the day with this paper, of kind ``employment`` or ``credential``.

    Confirming again changes nothing: the first reader stays. Verdicts that were stored before stay as they are.
    """
    table = TABLES[kind]
    query = select(table).where(table.uid == uid, table.candidate_id == candidate.id).with_for_update()
    found: Employment | Credential | None = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这份材料"), advice=N_("刷新考生页面再看"))
    if found.source != "typed":
        return
    found.source, found.seen_by, found.as_of = "document", actor.name, today(clock)
    record(Tag.ORIGINAL_SEEN, actor, candidate, words=candidate.id_masked, kind=kind, paper=str(uid))
