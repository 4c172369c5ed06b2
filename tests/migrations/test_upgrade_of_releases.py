"""Each release with the demo's story is upgraded by today's code: nothing is lost, every invariant holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import create_engine, select, text

from config.rulebook import Rulebook, rulebook
from config.settings import Settings
from examops.app.domains import registry
from examops.app.factory import create_app
from examops.app.tables import METADATA
from examops.audit.sealing import seal_entries
from examops.audit.verify import broken_links
from examops.core.clock import FixedClock, local_day
from examops.core.connections import owner_url, role_names
from examops.core.database import db
from examops.core.extensions import clock, keyring
from examops.core.keys import open_id_number
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.eligibility import Facts, judge
from examops.eligibility.invariants import verdicts_that_changed
from examops.ops.check import run_checks
from examops.ops.migrate import upgrade_database
from examops.ops.migrations.catalogue import declared_catalogue, differences, read_catalogue
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.context import roster_context
from tests.browsers import signed_in
from tests.migrations.databases import empty_database
from tests.migrations.freeze import frozen
from tests.migrations.restore import RELEASES, Restored, restore

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).parents[2]
ARCHIVES = sorted(RELEASES.glob("*.tar.xz"))
# These ask the object store, whose gigabytes of footage are not kept beside the dump.
NEED_THE_STORE = {"audit-anchored", "verified-is-stored"}
FILLED = (
    "application",
    "audit_entry",
    "booking",
    "flag",
    "gap",
    "job_run",
    "look",
    "lot_draw",
    "notice_acceptance",
    "person",
    "review_verdict",
    "roster_row",
    "scan",
    "segment",
    "sitting",
    "strip",
    "turn",
    "verdict",
)


@pytest.fixture(scope="module", params=ARCHIVES, ids=lambda path: path.name.removesuffix(".tar.xz"))
def upgraded(request: pytest.FixtureRequest, postgres_url: str, settings: Settings) -> Iterator[Restored]:
    """A release's story after ``db upgrade``."""
    with empty_database(postgres_url, settings) as empty:
        restored = restore(request.param, empty)
        upgrade_database(restored.settings)
        yield restored


def test_every_release_has_its_story_here() -> None:
    released = re.findall(r"^## (\d+\.\d+\.\d+) ", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)

    assert released
    assert sorted(released) == sorted(path.name.removesuffix(".tar.xz") for path in ARCHIVES)


def test_the_release_was_frozen_and_full(upgraded: Restored) -> None:
    assert upgraded.revision in frozen()
    assert [name for name in FILLED if not upgraded.rows[name]] == []


def test_no_row_is_lost(upgraded: Restored) -> None:
    with psycopg.connect(upgraded.settings.database_url) as connection:
        counts = (connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in upgraded.rows)
        left = {name: row[0] for name, row in zip(upgraded.rows, counts, strict=True)}
    assert {name: (left[name], rows) for name, rows in upgraded.rows.items() if left[name] < rows} == {}


def test_the_schema_is_what_the_models_declare(upgraded: Restored) -> None:
    roles = role_names(upgraded.settings)
    engine = create_engine(owner_url(upgraded.settings))
    with engine.connect() as connection:
        installed = read_catalogue(connection, roles)
        assert differences(declared_catalogue(connection, METADATA, roles), installed) == []
    engine.dispose()


def test_every_invariant_holds(upgraded: Restored) -> None:
    """As of the moment of the dump: what must happen in time was not late then."""
    then = FixedClock(upgraded.taken_at)
    asked = [invariant for invariant in registry().invariants() if invariant.name not in NEED_THE_STORE]
    print(
        f"asked {len(asked)} of {len(registry().invariants())} invariants;"
        f" left out, no store: {', '.join(NEED_THE_STORE)}"
    )
    app = create_app(upgraded.settings, kind="job", clock=then)
    with app.app_context():
        outcomes = run_checks(then, asked)
        db.engine.dispose()

    assert len(asked) == len(registry().invariants()) - len(NEED_THE_STORE)
    assert {outcome.name: outcome.faults for outcome in outcomes if outcome.faults} == {}


def test_a_level_of_then_is_text_and_every_verdict_comes_out_as_it_was(upgraded: Restored) -> None:
    """The inputs keep their numbers: what is stored beside a verdict is never rewritten."""
    numbers = "SELECT count(*) FROM verdict WHERE jsonb_typeof(inputs #> '{context,level}') = 'number'"
    held = "SELECT count(*) FROM verdict v, jsonb_array_elements(inputs #> '{facts,certificates}') AS c"
    stored = "SELECT DISTINCT level FROM application UNION SELECT unnest(levels) FROM body_occupation"
    app = create_app(upgraded.settings, kind="job", clock=FixedClock(upgraded.taken_at))
    with app.app_context(), transaction(SYSTEM):
        as_numbers = db.session.execute(text(numbers)).scalar_one()
        certificates = db.session.execute(text(f"{held} WHERE jsonb_typeof(c -> 'level') = 'number'")).scalar_one()
        letters = set(db.session.execute(text(stored)).scalars())
        changed = verdicts_that_changed(keyring(), newest=as_numbers)
        judged = [*_rows_judged_again(rulebook().known_on(local_day(upgraded.taken_at)))]
    with app.app_context():
        db.engine.dispose()

    assert letters <= set("54321")
    assert as_numbers == upgraded.rows["verdict"]
    assert certificates > 0
    assert changed == []
    assert len(judged) > 0
    assert [one for one in judged if one[1] != one[2]] == []


def test_applications_of_then_keep_the_national_standard(upgraded: Restored) -> None:
    kept = "SELECT count(*), count(specification_id), count(*) FILTER (WHERE standard_version ~ '^20') FROM application"
    verdicts = "SELECT count(*) FROM verdict WHERE inputs #>> '{context,specification,uid}' IS NOT NULL"
    with psycopg.connect(upgraded.settings.database_url) as connection:
        found, by_specification = connection.execute(kept).fetchone(), connection.execute(verdicts).fetchone()
    rows = upgraded.rows["application"]
    assert (found, by_specification) == ((rows, 0, rows), (0,))


def _rows_judged_again(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    """Rows of rosters without a faulty cell: name, outcome as stored, outcome now by the rules of then."""
    for roster in db.session.execute(select(Roster)).scalars():
        rows = select(RosterRow).where(RosterRow.roster_id == roster.id, RosterRow.id_sealed.is_not(None))
        for row in db.session.execute(rows).scalars():
            if row.facts and row.level and "cell:" not in " ".join(row.reasons):
                facts = replace(Facts.from_json(row.facts), id_number=open_id_number(keyring(), row))
                verdict = judge(facts, roster_context(roster).for_one(row.cells["occupation"], row.level), book)
                yield f"{roster.name} {row.row_number}", row.outcome, str(verdict.outcome)


def test_no_letter_but_those_of_the_table_can_be_stored(upgraded: Restored) -> None:
    changes = [f"UPDATE {table} SET level = 'Q'" for table in ("application", "batch_occupation", "credential")]
    changes += [f"UPDATE {table} SET level = 'Q'" for table in ("session_group", "verdict")]
    with psycopg.connect(upgraded.settings.database_url) as connection:
        for change in (*changes, "UPDATE body_occupation SET levels = '{5,Q}'"):
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(change)
            connection.rollback()


def test_no_ticket_gets_a_number_that_was_given_before(upgraded: Restored) -> None:
    """Behind the numbers on tickets and behind the counter, which may be ahead of them."""
    with psycopg.connect(upgraded.settings.database_url) as connection:
        given = "SELECT left(number, 4)::int, max(right(number, 7)::bigint) FROM ticket GROUP BY 1"
        highest = dict(connection.execute(given).fetchall())
        counted = "SELECT right(name, 4)::int, value - 5000000 FROM number_counter WHERE name LIKE 'ticket:%'"
        counters = dict(connection.execute(counted).fetchall())
        following = {
            year: connection.execute("SELECT next_ticket_number(%s)", [year]).fetchall()[0][0] for year in highest
        }
        connection.rollback()

    assert highest
    assert all(following[year] > counters[year] >= number for year, number in highest.items())


def test_a_coordinator_of_then_finds_the_sessions(upgraded: Restored) -> None:
    with psycopg.connect(upgraded.settings.database_url) as connection:
        account = "SELECT id, session_epoch FROM user_account WHERE login = 'kaowu'"
        ((number, epoch),) = connection.execute(account).fetchall()
        mine = "SELECT s.number FROM exam_session s JOIN role_grant g ON g.body_id = s.body_id JOIN user_account u"
        numbers = connection.execute(f"{mine} ON u.id = g.user_id WHERE u.login = 'kaowu'").fetchall()
    app = create_app(upgraded.settings, kind="web", clock=FixedClock(upgraded.taken_at))
    browser = app.test_client()
    with browser.session_transaction() as session:
        session.update(signed_in(app, SimpleNamespace(id=number, session_epoch=epoch)))
    page = browser.get("/sessions/").get_data(as_text=True)
    with app.app_context():
        db.engine.dispose()

    assert numbers
    assert [number for (number,) in numbers if number not in page] == []


def test_the_log_of_then_stays_verifiable_and_is_covered_whole_from_now_on(upgraded: Restored) -> None:
    """Its own links and heads hold; the sealer numbers its entries in links that cover every column."""
    app = create_app(upgraded.settings, kind="job", clock=FixedClock(upgraded.taken_at))
    with app.app_context():
        with transaction(SYSTEM):
            assert broken_links(keyring()) == []
        while _seal():
            pass
        entries = upgraded.rows["audit_entry"]
        with transaction(SYSTEM):
            assert broken_links(keyring()) == []
            numbered = db.session.execute(text("SELECT min(number), max(number), count(number) FROM audit_entry")).one()
        with psycopg.connect(upgraded.settings.database_url) as connection:
            connection.execute("UPDATE audit_entry SET district = '440605' WHERE number = 2")
            connection.commit()
            with transaction(SYSTEM):
                found = broken_links(keyring())
        db.engine.dispose()

    assert tuple(numbered) == (1, entries, entries)
    assert len(found) == 1
    assert "does not fit its entries" in found[0]


def _seal() -> int:
    with transaction(SYSTEM):
        return seal_entries(keyring(), clock())
