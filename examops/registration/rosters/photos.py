"""The photos of a saved roster: one zip at a time, checked by a worker, the missing listed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.jobs import defer
from examops.core.keys import Keyring, open_id_number
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.store import Store
from examops.core.transaction import transaction
from examops.eligibility import mask
from examops.eligibility.models import Candidate
from examops.eligibility.roster import ID_IN_NAME, Photo, Photos, PhotosRefused, read_photos, word_problem
from examops.registration.models import Application, Roster, RosterRow
from examops.registration.rosters.intake import RosterIsBusy, roster_by_uid
from examops.registration.tags import Tag

LIKE_A_DOCUMENT = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,3}\d{7,15}(?![A-Za-z0-9])")  # permits and passports
MAX_SHOWN = 500  # faults kept for the page; their number is kept too


@dataclass(frozen=True)
class PhotoSubject:
    """Whose photo it will be."""

    candidate_id: int
    candidate_uid: uuid.UUID
    name: str


def receive_photos(roster: Roster, name: str, content: bytes, *, actor: Actor, clock: Clock, store: Store) -> None:
    """Keep the zip and queue its check. Raises :class:`RosterIsBusy` while another is being checked."""
    if roster.state != "saved":
        raise RosterIsBusy(N_("名单还没保存，保存后才能传照片"), advice=N_("先完成核对和保存"))
    if roster.photos.get("state") == "reading":
        raise RosterIsBusy(N_("上一个压缩包还在检查"), advice=N_("等它检查完，页面会自己更新"))
    if not content.startswith(b"PK"):
        raise PhotosRefused(N_("不是 zip 压缩包，或已损坏"), advice=N_("重新压缩为 .zip 再上传。"))
    key = f"photos/incoming/{uuid.uuid4()}.zip"
    store.put("documents", key, content, "application/zip")
    roster.photos = {"state": "reading", "key": key, "name": name[:200], "at": clock.now().isoformat()}
    defer(
        "registration.read_photos",
        queue_name="default",
        lock=f"roster:{roster.id}",
        roster_uid=str(roster.uid),
        key=key,
    )
    record(Tag.PHOTOS_ADDED, actor, roster, words=name[:200], size=len(content))


def read_photos_of(uid: uuid.UUID, key: str, *, actor: Actor, clock: Clock, store: Store, ring: Keyring) -> Message:
    """Check the zip and give each person their photo. Safe to run twice; the zip is gone afterwards:
    it names people.
    """
    with transaction(SYSTEM):
        roster = roster_by_uid(uid)
        if roster.photos.get("key") != key or roster.photos["state"] != "reading":
            return message(N_("照片已检查"))
        subjects = photo_subjects(roster, ring)
    try:
        found = read_photos(store.get("documents", key), {number: subject.name for number, subject in subjects.items()})
    except DomainError as fault:
        with transaction(SYSTEM):
            _note(uid, {"state": "failed", "fault": fault.sentence}, clock)
        store.delete("documents", key)
        return fault.wording
    kept = {
        subjects[photo.id_number].candidate_id: _keep(photo, subjects[photo.id_number], store)
        for photo in found.matched
    }
    dropped = _give(uid, kept, found, actor, clock)
    for old in (key, *dropped):
        store.delete("documents", old)
    return message(N_("{count} 张合格"), count=len(kept))


def photo_subjects(roster: Roster, ring: Keyring) -> Mapping[str, PhotoSubject]:
    """Everybody of a saved roster by ID number."""
    query = (
        select(RosterRow.id_hash, RosterRow.id_sealed, Candidate.id, Candidate.uid, Candidate.name)
        .join(Application, Application.id == RosterRow.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(RosterRow.roster_id == roster.id)
    )
    return {open_id_number(ring, row): PhotoSubject(row.id, row.uid, row.name) for row in db.session.execute(query)}


def _keep(photo: Photo, subject: PhotoSubject, store: Store) -> str:
    kind = "image/png" if photo.data.startswith(b"\x89PNG") else "image/jpeg"
    key = f"photos/{subject.candidate_uid}/{hashlib.sha256(photo.data).hexdigest()[:32]}"
    store.put("documents", key, photo.data, kind)
    return key


def _give(uid: uuid.UUID, kept: Mapping[int, str], found: Photos, actor: Actor, clock: Clock) -> Sequence[str]:
    """All of them in one transaction; returns the keys of photos that were replaced."""
    replaced = []
    with transaction(SYSTEM):
        people = db.session.execute(select(Candidate).where(Candidate.id.in_(kept)).with_for_update()).scalars()
        for candidate in people:
            if candidate.photo_key not in ("", kept[candidate.id]):
                replaced.append(candidate.photo_key)
            candidate.photo_key, candidate.photo_state = kept[candidate.id], "accepted"
        faults = [
            {"file": _masked(problem.file, problem.id_number), "words": word_problem(problem)}
            for problem in found.problems
        ]
        result = {"state": "read", "fitted": len(kept), "wrong": len(faults), "problems": faults[:MAX_SHOWN]}
        _note(uid, result, clock)
        roster = roster_by_uid(uid)
        record(Tag.PHOTOS_ADDED, actor, roster, words=roster.name, fitted=len(kept), wrong=len(faults))
    return replaced


def _note(uid: uuid.UUID, result: dict[str, Any], clock: Clock) -> None:
    roster = db.session.execute(select(Roster).where(Roster.uid == uid).with_for_update()).scalar_one()
    roster.photos = {"name": roster.photos["name"], "at": clock.now().isoformat(), **result}


def _masked(file: str, number: str) -> str:
    """File names carry the numbers of documents; what is kept and shown does not."""
    plain = unicodedata.normalize("NFKC", file)
    if number and number in plain.upper():
        at = plain.upper().index(number)
        plain = plain[:at] + mask(number) + plain[at + len(number) :]
    hidden = ID_IN_NAME.sub(lambda found: mask(found[0]), plain)
    return LIKE_A_DOCUMENT.sub(lambda found: mask(found[0]), hidden)[:200]


def without_photo(roster: Roster, after: int = 0) -> Any:
    """Rows of the roster whose people have no photo, in the order of the sheet."""
    return (
        select(RosterRow.row_number, Candidate.name, Candidate.body_id, Candidate.id_masked, Candidate.team)
        .join(Application, Application.id == RosterRow.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(RosterRow.roster_id == roster.id, Candidate.photo_state == "missing", RosterRow.row_number > after)
        .order_by(RosterRow.row_number)
    )


def without_photo_count(roster: Roster) -> int:
    return int(db.session.execute(select(func.count()).select_from(without_photo(roster).subquery())).scalar_one())
