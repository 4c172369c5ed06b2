"""The nightly check of 5,000 filed bodies, beside judging one body 5,000 times as its page does.

CPU seconds of this process and the database together, so that other work on the machine changes nothing. Nights are
repeated on later days; the first one, which writes a standing for each body, is a row of its own.
``EXAMOPS_BENCH_BODIES`` makes it smaller; then the row says so by its name.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.cpu import cpu_of_servers
from bench.dataset.facilities import credit_code
from bench.directory import PLACES
from bench.installation import servers
from config.rulebook import rulebook
from config.settings import Settings
from examops.app.factory import create_app
from examops.catalogue import occupations
from examops.core.clock import FixedClock, today
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.exits.recheck import recheck
from examops.filings import dossier, lines_of
from examops.filings.models import Filing, FilingDecision, FilingDocument, FilingFact, FilingOccupation
from examops.organisations.entities import new_body
from examops.organisations.models import BodyOccupation

BODIES = int(os.environ.get("EXAMOPS_BENCH_BODIES", "5000"))
NOW = datetime(2026, 11, 23, 18, 10, tzinfo=UTC)  # 02:10 in Foshan
OFFERS, LEVELS = 4, ["5", "4"]
GOAL = "<= 1"
PEER = f"judging one body {BODIES:,} times"
OF_BODY = {
    "is_registered": True,
    "is_legal_person": True,
    "has_good_credit": True,
    "does_training": False,
    "industry": "industry",
    "employees": 320,
    "revenue": 4000,
    "assets": 900,
    "insured_local": 310,
    "managers": 1,
    "experts": 2,
    "supervisors": 1,
}
OF_OCCUPATION = {"covered_workstations": 12, "examiners": 3, "applicants": 60}
PAPERS = ("incentives", "pay_rules", "assessment_unit", "development", "finance", "promise")


def run() -> list[dict[str, Any]]:
    """Some minutes, most of them to file the bodies."""
    with (
        tempfile.TemporaryDirectory() as folder,
        servers(Path(folder)) as both,
        both.served("recheck") as (settings, _),
    ):
        clock = FixedClock(NOW)
        app = create_app(settings, kind="job", clock=clock)
        with app.app_context():
            fill(settings)
            first = spent(lambda: night(clock))
            later = min(spent(lambda: night(clock)) for _ in range(2))
            alone = min(spent(one_by_one) for _ in range(2))
            db.engine.dispose()
    size = "" if BODIES == 5000 else f"_of_{BODIES}"
    return [_row(f"recheck.night{size}", later, alone), _row(f"recheck.first_night{size}", first, alone)]


def spent(work: Callable[[], None]) -> float:
    """CPU seconds of this process and of the database."""
    before, own = cpu_of_servers(), time.process_time()
    work()
    servers_since = cpu_of_servers() - before
    return time.process_time() - own + servers_since.database


def night(clock: FixedClock) -> None:
    done = recheck(clock)
    assert (done.checked, done.failed) == (BODIES, 0), vars(done)
    clock.instant += timedelta(days=1)


def one_by_one() -> None:
    """What a page of a filing does to show its conditions, over and over."""
    day = today(FixedClock(NOW))
    with transaction(SYSTEM):
        number = db.session.execute(db.select(Filing.id).order_by(Filing.id).limit(1)).scalar_one()
    for _ in range(BODIES):
        with transaction(SYSTEM):
            db.session.expunge_all()
            assert lines_of(dossier(db.session.get_one(Filing, number)), day, rulebook())


def fill(settings: Settings) -> None:
    rng, codes = random.Random(BODIES), sorted(occupations())
    for first in range(0, BODIES, 250):
        with transaction(SYSTEM):
            for number in range(first, min(first + 250, BODIES)):
                _add(number, rng.sample(codes, OFFERS))
        db.session.expunge_all()


def _add(number: int, codes: list[str]) -> None:
    district, place = PLACES[number % 5]
    body = new_body(
        kind="enterprise",
        name=f"佛山市{place}量测有限公司{number:04d}",
        short_name=f"量测{number:04d}",
        district=district,
        credit_code=credit_code(7, number),
        filed_on=NOW.date() - timedelta(days=100),
    )
    db.session.add(body)
    db.session.flush()
    owner = {"body_id": body.id, "district": district}
    people = {name: uuid.uuid4() for name in ("submitted_by", "reviewed_by", "decided_by")}
    at = dict.fromkeys(("submitted_at", "reviewed_at", "decided_at"), NOW - timedelta(days=100))
    filing = Filing(**owner, number=f"BA-{number:05d}", kind="new", body_kind="enterprise", state="draft")
    db.session.add(filing)
    db.session.flush()
    own = {**owner, "filing_id": filing.id}
    db.session.add_all(BodyOccupation(**owner, occupation_code=code, levels=LEVELS) for code in codes)
    db.session.add_all(FilingOccupation(**own, occupation_code=one, edition="2015", levels=LEVELS) for one in codes)
    db.session.add_all(_facts(own, codes))
    db.session.add_all(_papers(own, number))
    db.session.add_all(_rulings(own, codes))
    db.session.flush()
    filing.state = "filed"
    for name, value in {**people, **at}.items():
        setattr(filing, name, value)


def _facts(own: dict[str, Any], codes: list[str]) -> list[FilingFact]:
    asked = [("", key, value) for key, value in OF_BODY.items()]
    asked += [(code, key, value) for code in codes for key, value in OF_OCCUPATION.items()]
    told = {"source": "official", "seen_by": "市局", "looked_up_in": "社保", "as_of": NOW.date() - timedelta(days=90)}
    by = {"entered_by": uuid.uuid4(), "entered_by_name": "市局", "step": "x"}
    return [
        FilingFact(**own, **told, **by, subject=code, key=key, value={"value": value}) for code, key, value in asked
    ]


def _papers(own: dict[str, Any], number: int) -> list[FilingDocument]:
    told = {"name": "x.pdf", "format": "pdf", "pages": 1, "size": 1, "digest": b"0" * 32, "is_sound": True}
    by = {"uploaded_by": uuid.uuid4(), "uploaded_by_name": "x", "read_by": uuid.uuid4(), "read_by_name": "市局"}
    return [
        FilingDocument(**own, **told, **by, read_at=NOW, kind=kind, object_key=f"bench/{number}/{kind}")
        for kind in PAPERS
    ]


def _rulings(own: dict[str, Any], codes: list[str]) -> list[FilingDecision]:
    about = [("filing.enterprise_selection", ""), *(("filing.enterprise_tie", code) for code in codes)]
    by = {"officer": uuid.uuid4(), "officer_name": "市局", "officer_role": "city_bureau", "acted_at": NOW}
    told = {"act": "ruled", "outcome": "yes", "reason": "看过"}
    return [FilingDecision(**own, **told, **by, rule=rule, subject=subject) for rule, subject in about]


def _row(name: str, ours: float, peer: float) -> dict[str, Any]:
    numbers = {"ours": round(ours, 1), "peer": round(peer, 1), "ratio": round(ours / peer, 2)}
    return {"name": name, **numbers, "peer_name": PEER, "unit": "CPU s", "goal": GOAL}
