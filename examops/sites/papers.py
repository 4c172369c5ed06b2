"""What is on record about a site: the body enters by what right it has it, the district enters what it saw there."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.file_content import content_of
from examops.core.language import N_
from examops.core.store import Store
from examops.sheets.characters import file_name
from examops.sites.models import Site, SiteTenure, SiteVerification
from examops.sites.tags import Tag

MEGABYTE = 1024 * 1024
CLAUSE = "市工作方案 一(三)"


class BadPaper(Invalid):
    code, message = "site.bad_document", N_("这不是能收的文件（只收 PDF、JPEG、PNG）")
    advice = N_("把材料扫描成 PDF 再传")


def tenures_of(site: Site) -> Sequence[SiteTenure]:
    """The newest first."""
    query = select(SiteTenure).where(SiteTenure.site_id == site.id).order_by(SiteTenure.id.desc())
    return db.session.execute(query).scalars().all()


def verifications_of(site: Site) -> Sequence[SiteVerification]:
    """The newest first."""
    query = select(SiteVerification).where(SiteVerification.site_id == site.id).order_by(SiteVerification.id.desc())
    return db.session.execute(query).scalars().all()


def enter_tenure(
    site: Site,
    kind: str,
    until_on: date | None,
    number: str,
    file: tuple[str, bytes],
    *,
    actor: Actor,
    clock: Clock,
    store: Store,
    rules: Rulebook,
) -> SiteTenure:
    """``file`` is the document's name and bytes, empty where none is sent. Raises :class:`BadPaper`."""
    tenure = SiteTenure(
        **owner_of(site),
        site_id=site.id,
        kind=kind,
        until_on=until_on,
        document_number=number,
        entered_by=actor.uid,
        entered_by_name=actor.name,
        entered_at=clock.now(),
    )
    _keep(tenure, *file, store=store, rules=rules, day=today(clock))
    db.session.add(tenure)
    db.session.flush()
    record(
        Tag.SITE_TENURE,
        actor,
        site,
        words=site.name,
        at=clock.now(),
        kind=kind,
        until=until_on.isoformat() if until_on else "",
    )
    return tenure


def _keep(tenure: SiteTenure, name: str, data: bytes, *, store: Store, rules: Rulebook, day: date) -> None:
    if not data:
        return
    most, content = rules.value("site.document_bytes_max", day), content_of(data)
    if len(data) > most:
        raise BadPaper(
            N_("文件有 {size} MB，最多 {most} MB"),
            advice=N_("降低扫描分辨率再传"),
            clause=CLAUSE,
            size=-(-len(data) // MEGABYTE),
            most=most // MEGABYTE,
        )
    if content is None:
        raise BadPaper(clause=CLAUSE)
    tenure.document_key = f"sites/{uuid.uuid4()}"
    store.put("documents", tenure.document_key, data)
    tenure.document_name = file_name(name) or tenure.document_key
    tenure.document_format, tenure.document_sha256 = content.format, hashlib.sha256(data).digest()


def tenure_document(site: Site, uid: UUID, store: Store) -> tuple[SiteTenure, bytes]:
    """The bytes as they came. Raises :class:`NotFound`, :class:`Conflict` where the store gives other bytes."""
    query = select(SiteTenure).where(SiteTenure.uid == uid, SiteTenure.site_id == site.id)
    tenure = db.session.execute(query).scalar_one_or_none()
    if tenure is None or not tenure.document_key:
        raise NotFound(N_("这个考点没有这份材料"), advice=N_("回到考点页再选"))
    data = store.get("documents", tenure.document_key)
    if hashlib.sha256(data).digest() != tenure.document_sha256:
        raise Conflict(N_("存储里的文件与上传时不同，不能给出"), advice=N_("请系统运维查存储，并请机构重新上传"))
    return tenure, data


def verify(site: Site, on: date, result: str, note: str, *, actor: Actor, clock: Clock) -> SiteVerification:
    """An officer of the district says what they found there. Raises :class:`Invalid` for a day to come."""
    if on > today(clock):
        raise Invalid(N_("核验日还没有到"), advice=N_("填到场核验的那一天"), clause=CLAUSE)
    found = SiteVerification(
        **owner_of(site),
        site_id=site.id,
        verified_on=on,
        result=result,
        note=note,
        officer=actor.uid,
        officer_name=actor.name,
        officer_role=actor.role,
        entered_at=clock.now(),
    )
    db.session.add(found)
    db.session.flush()
    record(Tag.SITE_VERIFIED, actor, site, words=site.name, at=clock.now(), result=result, on=on.isoformat())
    return found
