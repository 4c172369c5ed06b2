"""Idempotent requests: a repeated request gets the stored first answer, found by caller and the caller's key."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import Base, Tenant, db, owner_of
from examops.core.errors import Conflict
from examops.core.language import N_
from examops.core.locking import lock_all

KEPT = timedelta(days=1)


class OtherRequest(Conflict):
    code, message = "idempotency.other_request", N_("这个 Idempotency-Key 已经用在另一个请求上")
    advice = N_("换一个新的 Idempotency-Key 再发；重发同一请求时内容要一字不差")


class IdempotentResponse(Tenant, Base):
    """``request_digest`` is the SHA-256 of the request; ``answer`` is returned unchanged for each repetition."""

    __tablename__ = "kept_answer"
    actor_uid: Mapped[uuid.UUID]
    key: Mapped[str]
    request_digest: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("actor_uid", "key"), Index(None, "kept_at"))


def run_idempotent(
    key: str, request: Any, work: Callable[[], dict[str, Any]], *, of: Any, actor: Actor, clock: Clock
) -> dict[str, Any]:
    """Run ``work()`` the first time, return its stored answer afterwards; both in the running transaction.

    ``request`` is JSON, ``of`` the row whose body the answer belongs to. Raises :class:`OtherRequest` when the key was
    used for something else. Of two at the same moment, the second waits for the first.
    """
    assert actor.uid is not None
    digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).digest()
    name = hashlib.sha256(f"{actor.uid}:{key}".encode()).digest()
    lock_all(("answer", int.from_bytes(name[:7], "big")))
    query = select(IdempotentResponse).where(IdempotentResponse.actor_uid == actor.uid, IdempotentResponse.key == key)
    before = db.session.execute(query).scalar_one_or_none()
    if before is not None:
        if bytes(before.request_digest) != digest:
            raise OtherRequest()
        return before.answer
    answer = work()
    kept = {"actor_uid": actor.uid, "key": key, "request_digest": digest, "answer": answer, "kept_at": clock.now()}
    db.session.add(IdempotentResponse(**owner_of(of), **kept))
    return answer


def forget_answers(clock: Clock) -> int:
    """Drop answers older than a day; returns how many."""
    old = IdempotentResponse.kept_at < clock.now() - KEPT
    count = db.session.execute(select(func.count()).select_from(IdempotentResponse).where(old)).scalar_one()
    db.session.execute(delete(IdempotentResponse).where(old))
    return int(count)
