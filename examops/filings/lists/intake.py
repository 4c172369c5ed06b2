"""A list comes in, is answered for, counts, and goes: each with everything that follows in the caller's transaction."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.jobs import defer
from examops.core.language import N_, join_messages
from examops.core.store import Store
from examops.filings.editing import must_be_editable
from examops.filings.lists.columns import CLAUSE, open_list
from examops.filings.lists.counting import recount
from examops.filings.lists.findings import doubtful_codes, unanswered, without_people
from examops.filings.lists.models import APPLICANTS, FilingList, ListedPerson
from examops.filings.models import Filing, FilingOccupation
from examops.filings.refusals import CodeUnexplained, OwnHand
from examops.filings.states import OPEN_STATES
from examops.filings.tags import Tag
from examops.organisations import doubtful_words
from examops.sheets.characters import file_name

MOST_CODES = 5  # in a refusal; the page shows each beside its entity


class ListNotReady(Conflict):
    code, message = (
        "filing.list_not_ready",
        N_("这份名册还不能用：{count} 处有错，{questions} 个身份证号有两个姓名没有回答"),
    )
    advice = N_("有错的改好文件再上传；两个姓名的，选哪个对")


class ListIsBusy(Conflict):
    code, message = "filing.list_busy", N_("这份名册现在不能这样办")
    advice = N_("等核对完，或另传一份")


def list_by_uid(filing: Filing, uid: UUID) -> FilingList:
    query = select(FilingList).where(FilingList.uid == uid, FilingList.filing_id == filing.id)
    found = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("这份申报没有这份名册"), advice=N_("回到申报页重新选"))
    return found


def lists_of(filing: Filing) -> list[FilingList]:
    """Newest first, without those that were replaced or put away."""
    gone = ("replaced", "cancelled")
    query = select(FilingList).where(FilingList.filing_id == filing.id, FilingList.state.not_in(gone))
    return list(db.session.execute(query.order_by(FilingList.id.desc())).scalars())


def receive_list(
    filing: Filing,
    kind: str,
    subject: str,
    as_of: date,
    name: str,
    content: bytes,
    *,
    actor: Actor,
    clock: Clock,
    store: Store,
) -> FilingList:
    """Read it once for its columns, keep the file, queue the examination. Raises what :func:`open_list` raises."""
    must_be_editable(filing)
    _must_fit(filing, kind, subject, as_of, content, clock)
    open_list(content, kind)
    key = f"filing-lists/{uuid.uuid4()}"
    store.put("documents", key, content)
    one = FilingList(
        **owner_of(filing),
        filing_id=filing.id,
        kind=kind,
        subject=subject,
        as_of=as_of,
        name=file_name(name) or key,
        content_digest=hashlib.sha256(content).digest(),
        document_key=key,
        started_at=clock.now(),
        uploaded_by=actor.uid,
        uploaded_by_name=actor.name,
    )
    db.session.add(one)
    db.session.flush()
    defer("filings.examine_list", queue_name="default", lock=f"filing-list:{one.id}", list_uid=str(one.uid))
    record(Tag.FILING_LIST_ADDED, actor, filing, words=f"{filing.number} {one.name}", size=len(content), list_kind=kind)
    return one


def _must_fit(filing: Filing, kind: str, subject: str, as_of: date, content: bytes, clock: Clock) -> None:
    if not content:
        raise Invalid(N_("没有选文件，或文件是空的"), advice=N_("选 XLSX 或 CSV 文件"))
    if as_of > today(clock):
        raise Invalid(N_("截止日期不能晚于今天"), advice=N_("选名册实际的截止日期"), clause=CLAUSE)
    query = select(FilingOccupation.id).where(
        FilingOccupation.filing_id == filing.id, FilingOccupation.occupation_code == subject
    )
    if kind == APPLICANTS and db.session.execute(query).first() is None:
        raise Invalid(N_("申报里没有这个职业"), advice=N_("先在“职业和等级”里加上，再传它的申报名册"))


def answer_names(one: FilingList, chosen: Mapping[int, int], *, actor: Actor, filing: Filing) -> None:
    """``chosen``: number of the question → which of its names is right, both from 0; others stay as they are."""
    must_be_editable(filing)
    if one.state != "examined":
        raise ListIsBusy()
    questions = [dict(question) for question in one.findings["questions"]]
    for at, name in chosen.items():
        if at >= len(questions) or name >= len(questions[at]["names"]):
            raise Invalid(N_("没有这一条"), advice=N_("刷新页面再选"))
        questions[at]["chosen"] = name
    one.findings = {**one.findings, "questions": questions}
    record(Tag.FILING_LIST_ANSWERED, actor, filing, words=f"{filing.number} {one.name}", answers=len(chosen))


def put_in_force(one: FilingList, *, actor: Actor, filing: Filing, code_reason: str = "") -> None:
    """The filing counts by it from now on; the one before of its kind goes, and the people on it.

    ``code_reason``: why doubtful credit codes count as they are written. Raises :class:`ListNotReady`,
    :class:`CodeUnexplained` without.
    """
    must_be_editable(filing)
    if one.state != "examined":
        raise ListIsBusy()
    count, questions = int(one.findings["problem_count"]), unanswered(one.findings)
    if count or questions:
        raise ListNotReady(clause=CLAUSE, count=count, questions=questions)
    doubtful = doubtful_codes(one.findings)
    if doubtful and not code_reason:
        raise CodeUnexplained(
            clause=CLAUSE, codes=join_messages(N_("、"), list(map(doubtful_words, doubtful[:MOST_CODES])))
        )
    if doubtful:
        one.findings = {**one.findings, "code_reason": code_reason}
    before = select(FilingList).where(
        FilingList.filing_id == filing.id,
        FilingList.kind == one.kind,
        FilingList.subject == one.subject,
        FilingList.state == "in_force",
    )
    for old in db.session.execute(before).scalars():
        _let_go(old, "replaced")
    db.session.flush()
    one.state = "in_force"
    recount(filing)
    words = f"{filing.number} {one.name}"
    record(Tag.FILING_LIST_USED, actor, filing, words=words, list_kind=one.kind, counted=one.counted)


def put_away(one: FilingList, *, actor: Actor, filing: Filing, store: Store) -> None:
    """Stop its examination, or take it out: nobody is counted by it, its people and its file go."""
    must_be_editable(filing)
    if one.state in ("replaced", "cancelled"):
        raise ListIsBusy()
    _let_go(one, "cancelled")
    throw_file_away(one, store)
    recount(filing)
    record(Tag.FILING_LIST_CANCELLED, actor, filing, words=f"{filing.number} {one.name}")


def _let_go(one: FilingList, state: str) -> None:
    one.state, one.findings = state, without_people(one.findings)
    erase_people(one)


def erase_people(one: FilingList) -> None:
    db.session.execute(delete(ListedPerson).where(ListedPerson.list_id == one.id))


def throw_file_away(one: FilingList, store: Store) -> None:
    """It holds plain ID numbers and has been read. A transaction that fails afterwards finds it gone: read again only
    by a job of a list that is still under examination, which never comes here."""
    if one.document_key:
        store.delete("documents", one.document_key)
        one.document_key = ""


def mark_list_read(one: FilingList, is_sound: bool, note: str, *, actor: Actor, filing: Filing, clock: Clock) -> None:
    """Somebody else than its uploader has looked at its counts and entities. The last look counts."""
    db.session.refresh(filing, with_for_update=True)
    if filing.state not in OPEN_STATES or one.state != "in_force":
        raise ListIsBusy(N_("名册不在审核中，不再记看"), advice=N_("看现在的申报和名册"))
    if actor.uid == one.uploaded_by:
        raise OwnHand(clause=CLAUSE)
    if not is_sound and not note:
        raise Invalid(N_("没有写名册有什么问题"), advice=N_("写一句，机构照着改"))
    one.read_by, one.read_by_name, one.read_at = actor.uid, actor.name, clock.now()
    one.is_sound, one.note = is_sound, note
    record(Tag.FILING_LIST_READ, actor, filing, words=f"{filing.number} {one.name}", is_sound=is_sound, note=note)
