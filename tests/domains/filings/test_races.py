"""Two officers, or an officer and the body, at the same moment: one wins, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from examops.core.actor import Actor
from examops.core.clock import today
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.filings.accepting.models import AcceptanceItem
from examops.filings.accepting.running import begin, work
from examops.filings.acting import Act, act
from examops.filings.documents import document_by_uid, take_out
from examops.filings.editing import Entry, save_step
from examops.filings.gathering import dossier, filing_by_uid
from examops.filings.models import FilingDecision, FilingLetter
from examops.filings.refusals import DocumentTakenOut, FilingIsClosed, FilingOvertaken
from examops.organisations.models import Body
from tests.domains.filings.conftest import Case

pytestmark = [pytest.mark.postgres, pytest.mark.s3, pytest.mark.race]


def at_once(app: Flask, *works: Callable[[], Any]) -> list[Any]:
    """The result or the refusal of each, all begun behind one barrier."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        with app.app_context():
            barrier.wait()
            try:
                with transaction(SYSTEM):
                    return work()
            except (FilingOvertaken, FilingIsClosed, DocumentTakenOut) as refused:
                return refused
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(case: Case, app: Flask, make) -> None:
    case.to_city()
    seen, uid = dossier(case.filing).seen, case.filing.uid
    accounts = [case.account("city_bureau"), make.user("city_bureau")]
    actors = [Actor("user", one.uid, one.name, "city_bureau") for one in accounts]
    db.session.commit()
    acts = [Act("filed", seen), Act("refused", seen, "名额已满", "市工作方案 二(一)")]

    def work(what: Act, actor: Actor) -> Callable[[], Any]:
        return lambda: act(filing_by_uid(uid), what, actor=actor, clock=case.clock).act

    found = at_once(app, *(work(what, actor) for what, actor in zip(acts, actors, strict=True)))

    refused = [one for one in found if isinstance(one, FilingOvertaken)]
    assert len(refused) == 1
    winner = next(one for one in found if isinstance(one, str))
    assert actors[0 if winner == "filed" else 1].name in refused[0].words
    decided = select(FilingDecision.act).where(FilingDecision.act.in_(("filed", "refused")))
    assert list(db.session.execute(decided).scalars()) == [winner]
    letters = select(FilingLetter.kind).where(FilingLetter.kind.in_(("filed", "refused")))
    assert list(db.session.execute(letters).scalars()) == [winner]
    db.session.expire_all()
    assert (db.session.get_one(Body, case.body.id).state == "filed") is (winner == "filed")


def test_a_page_saved_while_it_is_handed_in_is_in_it_or_refused(case: Case, app: Flask) -> None:
    case.fill()
    seen, uid, version = dossier(case.filing).seen, case.filing.uid, case.version("people")
    actor, day = case.actor("coordinator"), today(case.clock)
    db.session.commit()
    saved = {"actor": actor, "clock": case.clock}

    found = at_once(
        app,
        lambda: act(filing_by_uid(uid), Act("submitted", seen), actor=actor, clock=case.clock).act,
        lambda: save_step(filing_by_uid(uid), "people", version, {"experts": Entry(7)}, day, **saved),
    )

    db.session.expire_all()
    experts = dossier(case.filing).facts["", "experts"].value["value"]
    assert found[0] == "submitted"
    assert experts == (1 if isinstance(found[1], FilingIsClosed) else 7)


def test_of_an_acceptance_of_many_and_an_officer_alone_each_filing_is_decided_once(case: Case, app: Flask) -> None:
    """The officer returns the very filing that a run of acceptances decides: one is done, the run names the other."""
    case.to_city()
    seen, uid = dossier(case.filing).seen, case.filing.uid
    actor = case.actor("city_bureau")
    with transaction(SYSTEM):
        run = begin([(uid, seen)], None, actor=actor, clock=case.clock).uid
    comment = {"rule": "capacity.insured_local_min", "subject": "", "text": "名册少两页"}
    barrier = threading.Barrier(3)

    def accepting() -> Any:
        with app.app_context():
            barrier.wait()
            try:
                return work(run, case.clock)
            finally:
                db.session.remove()

    def returning() -> Any:
        with app.app_context():
            barrier.wait()
            try:
                with transaction(SYSTEM):
                    return act(
                        filing_by_uid(uid), Act("returned", seen, comments=(comment,)), actor=actor, clock=case.clock
                    ).act
            except FilingOvertaken:
                return "overtaken"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(3) as pool:
        works = [pool.submit(one) for one in (accepting, accepting, returning)]
        found = [one.result() for one in works]
    db.session.expire_all()
    acts = [one.act for one in dossier(case.filing).acts if one.act in ("filed", "returned")]
    item = db.session.execute(select(AcceptanceItem)).scalar_one()
    assert acts == (["filed"] if item.state == "decided" else ["returned"])
    assert found[2] == ("overtaken" if item.state == "decided" else "returned")
    assert sum(found[:2]) == (1 if item.state == "decided" else 0)


def test_of_two_who_take_one_document_out_at_once_one_does(case: Case, app: Flask) -> None:
    document, uid = case.upload("promise"), case.filing.uid
    actors = [Actor("user", case.account("coordinator").uid, name, "coordinator") for name in ("甲", "乙")]
    document_uid = document.uid
    db.session.commit()

    def work(actor: Actor) -> Callable[[], Any]:
        def take() -> str:
            filing = filing_by_uid(uid)
            take_out(filing, document_by_uid(filing, document_uid), actor=actor, clock=case.clock)
            return actor.name

        return take

    done = at_once(app, *map(work, actors))
    db.session.refresh(document)
    assert [one for one in done if isinstance(one, str)] == [document.removed_by_name]
    assert [type(one) for one in done if not isinstance(one, str)] == [DocumentTakenOut]
