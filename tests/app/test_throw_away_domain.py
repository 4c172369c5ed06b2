"""A domain of its own folder is a whole part of the product once it stands in the tuple: nothing else is touched."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, create_engine, select, text

from config.settings import Settings
from examops.accounts.models import UserAccount
from examops.app.domains import DOMAINS, registry
from examops.app.factory import create_app
from examops.app.tables import METADATA
from examops.core.clock import FixedClock
from examops.core.connections import owner_url, role_names
from examops.core.database import db
from examops.core.domain import Domain, JobSpec, Registry
from examops.core.jobs import queue
from examops.core.ledger import JobRun
from examops.core.scope import SYSTEM, Scope
from examops.core.transaction import transaction
from examops.ops.check import run_checks
from examops.ops.migrations.catalogue import declared_catalogue, read_catalogue
from examops.ops.migrations.changes import changes
from examops.ops.migrations.helpers import fill_roles
from scheduler.clockwork import tick
from scheduler.table import spec_named, timetable
from scheduler.tasks import jobs_without_task, registered_tasks
from scheduler.worker import WorkerOptions, work
from tests.app.throwaway import DOMAIN
from tests.browsers import signed_in
from tests.factories import Factory
from tests.fixtures.application import NOON
from tests.patience import wait_for

pytestmark = pytest.mark.postgres
MOUNTED = (*DOMAINS, "tests.app.throwaway")
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Mounted:
    """The application with the additional domain, as the web role and as the job role, on one clock."""

    web: Flask
    job: Flask
    clock: FixedClock


@pytest.fixture(scope="module")
def mounted(settings: Settings) -> Iterator[Mounted]:
    clock = FixedClock(NOON)
    apps = [create_app(settings, kind=kind, clock=clock, domains=MOUNTED) for kind in ("web", "job")]
    apps[0].config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    owner = create_engine(owner_url(settings))
    with owner.begin() as connection:
        _make_table(connection, settings)
    yield Mounted(*apps, clock)
    for app in apps:
        with app.app_context():
            db.engine.dispose()
    with owner.begin() as connection:
        connection.exec_driver_sql("DROP TABLE lost_item")
    owner.dispose()
    METADATA.remove(METADATA.tables["lost_item"])  # the other tests' database has no such table
    queue.tasks.pop("throwaway.give_up", None)


def _make_table(connection: Connection, settings: Settings) -> None:
    """What ``make migration`` would draft for the model, run as it is."""
    roles = role_names(settings)
    drafted = changes(declared_catalogue(connection, METADATA, roles), read_catalogue(connection, roles))
    assert list(drafted) == ["expand"]
    for statement in drafted["expand"]:
        connection.exec_driver_sql(fill_roles(statement, roles))


@pytest.fixture
def item(mounted: Mounted, make: Factory) -> Callable[..., int]:
    """Save a lost item of a body and return its number."""
    from tests.app.throwaway.models import LostItem  # its table exists only while the domain is mounted

    def save(body, thing: str, **columns) -> int:
        values = {"found_on": TODAY, "body_id": body.id, "district": body.district} | columns
        return make.save(LostItem(thing=thing, **values)).id

    return save


@pytest.fixture
def enter(mounted: Mounted) -> Callable[[UserAccount], FlaskClient]:
    """A browser of the mounted application, signed in as somebody."""

    def sign_in(user: UserAccount) -> FlaskClient:
        browser = mounted.web.test_client()
        with browser.session_transaction() as session:
            session.update(signed_in(mounted.web, user))
        return browser

    return sign_in


def test_the_page_stands_in_the_menu_of_its_role_only_and_opens_with_data(make: Factory, item, enter) -> None:
    body = make.body()
    item(body, "黑色雨伞")
    page = enter(make.user("proctor", body)).get("/lost-items/")
    assert page.status_code == 200
    assert 'href="/lost-items/"' in page.text
    assert "黑色雨伞" in page.text
    other = enter(make.user("coordinator", body))
    assert "/lost-items/" not in other.get("/batches/").text
    assert other.get("/lost-items/").status_code == 403


def test_its_filter_words_the_state_in_its_template(make: Factory, item, enter) -> None:
    body = make.body()
    item(body, "水杯", state="claimed")
    page = enter(make.user("proctor", body)).get("/lost-items/").text
    assert "已领回" in page
    assert "claimed" not in page


def test_row_security_hides_another_bodys_row_from_the_web_role(mounted: Mounted, make: Factory, item, enter) -> None:
    mine, other = make.body(), make.body()
    item(mine, "钥匙")
    item(other, "别家的手表")
    page = enter(make.user("proctor", mine)).get("/lost-items/").text
    assert ("钥匙" in page, "别家的手表" in page) == (True, False)
    db.session.remove()
    with mounted.web.app_context(), transaction(Scope(bodies=(mine.id,))):
        assert db.session.execute(text("SELECT current_user")).scalar_one().endswith("_web")
        assert list(db.session.execute(text("SELECT thing FROM lost_item")).scalars()) == ["钥匙"]
    with mounted.web.app_context(), transaction(SYSTEM):
        assert db.session.execute(text("SELECT count(*) FROM lost_item")).scalar_one() == 2


def test_its_api_answers_and_is_described(make: Factory, item, enter) -> None:
    body = make.body()
    item(body, "计算器")
    item(make.body(), "别家的手表")
    browser = enter(make.user("proctor", body))
    answer = browser.get("/api/v1/lost-items").get_json()
    assert [(one["thing"], one["state"]) for one in answer["items"]] == [("计算器", "kept")]
    described = browser.get("/api/v1/openapi.json").get_json()
    assert "/api/v1/lost-items" in described["paths"]


def test_its_timed_job_is_in_the_timetable_of_this_application_and_of_no_other(mounted: Mounted, app: Flask) -> None:
    with mounted.job.app_context():
        assert spec_named("give-up-lost-items") in timetable()
    with app.app_context():
        assert spec_named("give-up-lost-items") is None
    domains = registry(MOUNTED)
    assert "throwaway.give_up" in registered_tasks(domains)
    assert jobs_without_task(domains) == []


@pytest.fixture
def worker(mounted: Mounted, settings: Settings) -> Iterator[None]:
    """The queue's worker as the job role, in a thread of this process."""
    registered_tasks(registry(MOUNTED))
    loop = asyncio.new_event_loop()
    options = WorkerOptions(poll_s=0.2, heartbeat_s=0.5)
    thread = threading.Thread(target=lambda: loop.run_until_complete(work(mounted.job, settings, options)))
    thread.start()
    yield
    db.session.remove()
    loop.call_soon_threadsafe(options.stop_event.set)
    thread.join()
    loop.close()


def test_its_job_runs_by_clock_ledger_and_worker_and_the_log_words_it(make, mounted, item, enter, worker) -> None:
    body = make.body()
    item(body, "旧书包", found_on=TODAY - timedelta(days=31))
    item(body, "新书包", found_on=TODAY - timedelta(days=30))
    with mounted.job.app_context():
        spec = spec_named("give-up-lost-items")
        assert tick(spec, since=mounted.clock.now() - timedelta(days=1), clock=mounted.clock) != []
    wait_for(lambda: _result("give-up-lost-items") == ("done", "转交 1 件"))
    log = enter(make.user("coordinator", body)).get("/audit/").text
    assert "失物转交" in log
    assert "旧书包" in log
    assert "保管天数 31" in log
    assert "新书包" not in log


def _result(job: str) -> tuple[str, str] | None:
    run = db.session.execute(select(JobRun.state, JobRun.result).where(JobRun.job == job)).one_or_none()
    db.session.rollback()
    return (run.state, str(run.result)) if run else None


def test_its_invariant_is_asked_and_seen_broken(make: Factory, mounted: Mounted, item) -> None:
    number = item(make.body(), "来自明年的伞", found_on=date(2099, 1, 1))
    db.session.remove()
    with mounted.job.app_context():
        found = {result.name: result.faults for result in run_checks(mounted.clock)}
    assert found["lost-items-were-found"] == [f"失物 {number} 的拾得日是 2099-01-01"]


def test_its_templates_and_references_lead_somewhere(mounted: Mounted) -> None:
    assert DOMAIN.templates.is_dir()
    assert "lost_items.index" in mounted.web.view_functions


SPEC = JobSpec("sweep", "x.sweep", "* * * * *", 5, "once", "")
TWICE = [
    ("timed_jobs", {"timed_jobs": (SPEC,)}),
    ("invariants", {"invariants": "twice:INVARIANTS"}),
    ("filters", {"filters": "twice:FILTERS"}),
    ("tag_labels", {"tag_labels": "twice:LABELS"}),
    ("detail_labels", {"detail_labels": "twice:LABELS"}),
]


@pytest.mark.parametrize(("ask", "manifest"), TWICE, ids=[ask for ask, _ in TWICE])
def test_two_domains_that_bring_the_same_are_refused_by_name(ask: str, manifest: dict) -> None:
    both = Registry((Domain("tests.app", **manifest), Domain("tests.app", **manifest)))
    with pytest.raises(ValueError, match=r"registered .*: sweep"):
        getattr(both, ask)()


def test_one_of_each_is_no_duplicate() -> None:
    assert all(getattr(Registry((Domain("tests.app", **manifest),)), ask)() for ask, manifest in TWICE)
