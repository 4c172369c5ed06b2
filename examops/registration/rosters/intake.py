"""A file or a paste comes in: refused whole with a clear word, or kept with its columns recognised."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.jobs import defer
from examops.core.language import N_, Message, _
from examops.core.store import Store
from examops.eligibility.roster import Table, open_roster, read_upload
from examops.registration.models import Batch, ColumnMemory, Roster
from examops.registration.rosters.context import columns_from_json, columns_to_json, opened_to_json
from examops.registration.rosters.edits import without_edits
from examops.registration.tags import Tag
from examops.sheets.characters import file_name


class RosterIsBusy(Conflict):
    code, message, advice = "roster.busy", N_("这份名单正在处理"), N_("等处理完，或先取消")


def roster_by_uid(uid: uuid.UUID) -> Roster:
    found = db.session.execute(select(Roster).where(Roster.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这份名单"))
    return found


def table_of(content: bytes, is_paste: bool, sheet: str = "") -> Table:
    return read_upload(content, is_paste=is_paste, sheet=sheet)


def receive_roster(
    batch: Batch,
    name: str,
    content: bytes,
    *,
    is_paste: bool,
    vouched: Sequence[str],
    actor: Actor,
    clock: Clock,
    store: Store,
) -> Roster:
    """Read it, guess the columns, keep it. Raises RosterRefused before anything is stored."""
    opened = open_roster(content, is_paste=is_paste, memory=remembered(batch.body_id))
    key = f"rosters/{uuid.uuid4()}"
    store.put("documents", key, content)
    sheet = {"is_paste": is_paste, **opened_to_json(opened)}
    if vouched:
        sheet["vouched"] = {"for": list(vouched), "on": today(clock).isoformat(), "by": actor.name}
    roster = Roster(
        **owner_of(batch),
        batch_id=batch.id,
        name=file_name(name, 200) or _("粘贴的名单"),
        content_digest=hashlib.sha256(content).digest(),
        document_key=key,
        sheet=sheet,
    )
    db.session.add(roster)
    db.session.flush()
    record(Tag.ROSTER_UPLOADED, actor, roster, words=roster.name, size=len(content), vouched=list(vouched))
    return roster


def choose_sheet(roster: Roster, name: str, *, store: Store) -> None:
    """Read another sheet of the file instead; its columns are still to be confirmed."""
    _must_be_open(roster)
    content = store.get("documents", roster.document_key)
    opened = open_roster(content, is_paste=False, sheet=name, memory=remembered(roster.body_id))
    roster.sheet = {**without_edits(roster.sheet), **opened_to_json(opened), "with_hidden": False}


def _must_be_open(roster: Roster) -> None:
    if roster.state not in ("uploaded", "examined", "failed", "cancelled"):
        raise RosterIsBusy()


def choose_columns(
    roster: Roster, fields: dict[int, str], *, with_hidden: bool = False, actor: Actor, clock: Clock
) -> None:
    """Take the columns as confirmed, remember them for the body, and queue the examination. ``with_hidden``: the
    hidden rows too."""
    _must_be_open(roster)
    columns = columns_from_json(roster.sheet["layout"])
    for index, field in fields.items():
        columns = columns.with_field(index, field)
    if columns.missing:
        raise Invalid(N_("还没有指出姓名或身份证号是哪一列"), advice=N_("在上面的列里选出来再继续"))
    roster.sheet = {**roster.sheet, "layout": columns_to_json(columns), "with_hidden": with_hidden}
    _remember(roster, columns.to_remember())
    begin_examining(roster, clock=clock)


def begin_examining(roster: Roster, *, clock: Clock) -> None:
    """Queue the examination; what was changed on the preview counts again."""
    roster.state, roster.done_count, roster.row_count, roster.fault = "examining", 0, 0, Message("")
    roster.started_at, roster.finished_at = clock.now(), None
    defer("registration.examine_roster", queue_name="default", lock=f"roster:{roster.id}", roster_uid=str(roster.uid))


def remembered(body_id: int) -> dict[str, str]:
    rows = db.session.execute(
        select(ColumnMemory.mapping).where(ColumnMemory.body_id == body_id).order_by(ColumnMemory.id.desc()).limit(20)
    ).scalars()
    merged: dict[str, str] = {}
    for mapping in reversed(list(rows)):
        merged.update(mapping)
    return merged


def _remember(roster: Roster, mapping: dict[str, str]) -> None:
    digest = hashlib.sha256("\n".join(sorted(mapping)).encode()).digest()
    owner = {**owner_of(roster), "uid": uuid.uuid4()}
    statement = insert(ColumnMemory).values(**owner, header_digest=digest, mapping=mapping)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["body_id", "header_digest"], set_={"mapping": mapping})
    )


def cancel(roster: Roster, *, actor: Actor) -> None:
    """Stop a running examination, or put the roster away. What was saved stays."""
    if roster.state in ("saving", "saved"):
        raise RosterIsBusy(N_("名单已经保存或正在保存，不能取消"))
    roster.state = "cancelled"
    record(Tag.ROSTER_CANCELLED, actor, roster, words=roster.name)
