"""The state of each part, asked for without signing in."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from examops.accounts.models import Device
from examops.app.factory import create_app
from examops.app.tables import METADATA
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import today
from examops.core.database import db
from examops.core.jobs import defer
from examops.core.ledger import JobRun
from examops.core.transaction import transaction
from examops.demo.tags import Tag
from examops.ops.health import NAME
from examops.ops.overdue import CLOCKED, OVERDUE
from tests.factories import Factory

NOWHERE = "127.0.0.1:1"


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def parts_of(client, status: int = 200) -> dict:
    response = client.get("/healthz")
    assert response.status_code == status
    return response.json["parts"]


def test_a_working_installation_answers_200(make: Factory, client) -> None:
    parts = parts_of(client)
    assert parts["database"] == {"state": "ok", "needed": True}
    assert parts["store"] == {"state": "ok", "needed": True}


def test_the_queue_tells_how_many_wait_and_for_how_long(make: Factory, client) -> None:
    with transaction():
        defer("example.one")
        defer("example.two")
    db.session.execute(
        text(
            "UPDATE procrastinate_events SET at = now() - interval '10 minutes'"
            " WHERE job_id IN (SELECT max(id) FROM procrastinate_jobs)"
        )
    )
    db.session.commit()
    queue = parts_of(client)["queue"]
    assert (queue["waiting"], queue["state"]) == (2, "look")
    assert 600 <= queue["oldest_s"] < 700


def test_the_clock_is_ok_after_a_tick_and_wants_a_look_without_one(make: Factory, client, clock) -> None:
    assert parts_of(client)["scheduler"]["state"] == "look"
    make.save(JobRun(job="example", due_at=clock.now()))
    assert parts_of(client)["scheduler"]["state"] == "ok"


def test_an_entry_that_waits_too_long_for_its_seal_wants_a_look(make: Factory, client, clock) -> None:
    assert parts_of(client)["audit"]["state"] == "ok"
    with transaction():
        record(Tag.SEEDED, Actor.system("test"), at=clock.now() - timedelta(seconds=90))
    assert parts_of(client)["audit"] == {"needed": False, "oldest_unsealed_s": 90.0, "state": "look"}


def test_recorders_are_counted_and_a_silent_one_wants_a_look(make: Factory, client, clock) -> None:
    site = make.site(make.body())
    for n, minutes in enumerate((1, 30)):
        make.save(
            Device(
                body_id=site.body_id,
                district=site.district,
                kind="recorder",
                name="箱",
                site_id=site.id,
                token_digest=bytes([n]),
                paired_at=clock.now(),
                last_seen_at=clock.now() - timedelta(minutes=minutes),
            )
        )
    recorders = parts_of(client)["recorders"]
    assert (recorders["paired"], recorders["heard"], recorders["state"]) == (2, 1, "look")
    assert recorders["newest_s"] == 60.0


def test_a_term_that_is_over_counts_once_and_says_whose_it_is(make: Factory, client, clock, sign_in) -> None:
    assert parts_of(client)["clocks"]["state"] == "ok"
    day, body, operator = today(clock), make.body(), make.user("operator")
    filing, case = make.filing(body), make.exit_case(body, state="told", due_on=day - timedelta(days=1))
    make.run_as_owner(
        "UPDATE filing SET state = 'submitted', clock_owner = 'district_bureau', due_on = :day, submitted_at = :now,"
        " overdue_at = :now, head_told_at = :now WHERE id = :id",
        **{"id": filing.id, "day": day, "now": clock.now()},
    )
    assert parts_of(client)["clocks"]["overdue"] == 0  # the last day is not over, a body's own term ends by a job
    assert "过了办理期限" not in sign_in(operator).get("/timed-work/").text
    make.run_as_owner("UPDATE filing SET due_on = due_on - 3 WHERE id = :id", id=filing.id)
    make.run_as_owner("UPDATE exit_case SET due_on = due_on - 1 WHERE id = :id", id=case.id)
    clocks = parts_of(client)["clocks"]
    words = "2 件过了办理期限还没有办（区人社局 1 件、机构 1 件），最久的过了 3 天"
    whose = {"bodies": 1, "district_bureau": 1, "city_bureau": 0, "overdue": 2, "longest_days": 3}
    assert clocks == {**whose, "words": words, "state": "look", "needed": False}
    assert words in sign_in(operator).get("/timed-work/").text
    make.run_as_owner("UPDATE filing SET due_on = :day", day=day)
    assert parts_of(client)["clocks"]["words"].startswith("1 件过了办理期限还没有办（机构 1 件）")


def test_every_table_with_a_clock_and_its_owner_is_looked_at() -> None:
    assert {name for name, table in METADATA.tables.items() if "clock_owner" in table.columns} == set(CLOCKED)
    assert all(f"FROM {name} " in OVERDUE for name in CLOCKED)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"database_url": f"postgresql://nobody:x@{NOWHERE}/none"}, "database"),
        ({"s3_endpoint": f"http://{NOWHERE}", "s3_public_endpoint": f"http://{NOWHERE}"}, "store"),
    ],
)
def test_without_a_needed_part_the_answer_is_503(app, settings, change, part: str) -> None:
    client = create_app(replace(settings, **change), kind="web").test_client()
    parts = parts_of(client, 503)
    assert [name for name in ("database", "store") if parts[name]["state"] == "away"] == [part]


def test_a_store_that_hangs_is_reported_while_it_still_hangs(app, settings, silent_server) -> None:
    broken = create_app(replace(settings, s3_endpoint=f"http://{silent_server}"), kind="web")
    parts = parts_of(broken.test_client(), 503)
    assert parts["store"] == {"state": "away", "fault": "TimeoutError", "needed": True}
    assert broken.extensions[NAME].store.is_running


def test_a_database_that_hangs_is_reported_even_to_a_signed_in_browser(app, settings, silent_server) -> None:
    broken = create_app(replace(settings, database_url=f"postgresql://a:b@{silent_server}/none"), kind="web")
    client = broken.test_client()
    with client.session_transaction() as session:
        session["sid"] = "of somebody"
    assert parts_of(client, 503)["database"]["state"] == "away"


def test_the_answer_names_no_host_and_no_role(app, settings) -> None:
    broken = create_app(replace(settings, database_url=f"postgresql://nobody:x@{NOWHERE}/none"), kind="web")
    body = broken.test_client().get("/healthz").get_data(as_text=True)
    assert "127.0.0.1" not in body
    assert "none_web" not in body


def test_the_command_prints_the_same(make: Factory, environment) -> None:
    command = [sys.executable, "-m", "examops", "healthz"]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout)["parts"]["store"]["state"] == "ok"
