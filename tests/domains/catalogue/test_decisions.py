"""The city's decisions: kept with their grounds, one of two at once, closed to everybody else."""

import threading
from datetime import date

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from config.occupations import catalogue
from examops.audit.models import AuditEntry
from examops.catalogue.decisions import Grounds, Overtaken, Seen, change, confirm, current_values, history_of, withdraw
from examops.catalogue.values import Standing
from examops.core.actor import Actor
from examops.core.connections import role_url
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.scope import CLOSED, PUBLIC, SYSTEM, Scope, scoped
from examops.core.transaction import transaction
from tests.factories import ELECTRICIAN

pytestmark = pytest.mark.postgres
DAY = date(2026, 11, 23)
KEY = "skill_minutes.4"
GROUNDS = Grounds("佛人社〔2026〕12号", "已对照标准原文", DAY)


@pytest.fixture
def officer(make):
    user = make.user("city_bureau")
    return Actor("user", user.uid, user.name, "city_bureau")


def seen(key=KEY):
    value = current_values(catalogue().by_code[ELECTRICIAN], DAY)[key]
    return Seen(value.revision, value.base_hash)


def value_now(day=DAY):
    return current_values(catalogue().by_code[ELECTRICIAN], day)[KEY]


def test_a_value_is_confirmed_changed_and_given_back_with_its_history(app, officer):
    one = catalogue().by_code[ELECTRICIAN]
    with transaction(SYSTEM):
        confirm(one, {KEY: seen()}, GROUNDS, actor=officer, today=DAY)
    assert (value_now().standing, value_now().value) == (Standing.CONFIRMED, 60)

    with transaction(SYSTEM):
        change(one, KEY, seen(), 150, GROUNDS, actor=officer, today=DAY)
    assert (value_now().standing, value_now().value) == (Standing.CHANGED, 150)

    with transaction(SYSTEM):
        withdraw(one, KEY, seen(), GROUNDS, actor=officer, today=DAY)
    assert (value_now().standing, value_now().value) == (Standing.ILLUSTRATIVE, 60)
    kept = [(row.revision, row.kind, row.decided_by_name) for row in history_of(ELECTRICIAN, KEY)]
    assert kept == [(3, "withdrawn", officer.name), (2, "changed", officer.name), (1, "confirmed", officer.name)]


def test_a_decision_counts_from_its_first_day_to_its_last(app, officer):
    days = Grounds("佛人社〔2026〕12号", "试行", date(2026, 12, 1), date(2026, 12, 31))
    with transaction(SYSTEM):
        change(catalogue().by_code[ELECTRICIAN], KEY, seen(), 150, days, actor=officer, today=DAY)

    found = [value_now(date(2026, *day)).value for day in ((11, 30), (12, 1), (12, 31))]
    assert [*found, value_now(date(2027, 1, 1)).value] == [60, 150, 150, 60]


def test_a_decision_is_in_the_log_with_number_and_reason(app, officer):
    with transaction(SYSTEM):
        confirm(catalogue().by_code[ELECTRICIAN], {KEY: seen()}, GROUNDS, actor=officer, today=DAY)

    with scoped(SYSTEM):
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "catalogue:decided")).scalar_one()
    assert entry.payload["document_number"] == "佛人社〔2026〕12号"
    assert entry.payload["value_key"] == KEY


def test_whoever_saw_an_older_page_is_told_and_nothing_of_theirs_is_kept(app, officer):
    one, before = catalogue().by_code[ELECTRICIAN], {KEY: seen(), "levels": seen("levels")}
    with transaction(SYSTEM):
        confirm(one, {KEY: before[KEY]}, GROUNDS, actor=officer, today=DAY)

    with pytest.raises(Overtaken, match="overtaken"), transaction(SYSTEM):
        confirm(one, dict(reversed(before.items())), GROUNDS, actor=officer, today=DAY)

    assert history_of(ELECTRICIAN, "levels") == []
    assert len(history_of(ELECTRICIAN, KEY)) == 1


def test_conditions_are_only_confirmed(app, officer):
    with pytest.raises(Invalid, match="申报条件不在这里改"), transaction(SYSTEM):
        change(
            catalogue().by_code[ELECTRICIAN],
            "conditions.4",
            seen("conditions.4"),
            [],
            GROUNDS,
            actor=officer,
            today=DAY,
        )


def test_nothing_is_confirmed_that_has_no_value(app, officer):
    one = catalogue().by_code["6-15-05-03"]
    value = current_values(one, DAY)["standard"]
    with pytest.raises(Invalid, match="还没有取值"), transaction(SYSTEM):
        confirm(one, {"standard": Seen(0, value.base_hash)}, GROUNDS, actor=officer, today=DAY)


@pytest.mark.race
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(app, officer):
    outcomes, gate = [], threading.Barrier(2)
    found = seen()

    def decide(minutes):
        with app.app_context():
            try:
                with transaction(SYSTEM):
                    current_values(catalogue().by_code[ELECTRICIAN], DAY)
                    gate.wait()
                    change(catalogue().by_code[ELECTRICIAN], KEY, found, minutes, GROUNDS, actor=officer, today=DAY)
                outcomes.append(minutes)
            except Overtaken:
                outcomes.append("told")

    threads = [threading.Thread(target=decide, args=(minutes,)) for minutes in (100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winner = next(one for one in outcomes if one != "told")
    assert sorted(map(str, outcomes)) == sorted([str(winner), "told"])
    assert [row.value["value"] for row in history_of(ELECTRICIAN, KEY)] == [winner]


ROW = {
    "occupation_code": ELECTRICIAN,
    "key": KEY,
    "revision": 1,
    "kind": "changed",
    "value": '{"value": 1}',
    "hash": "x",
    "number": "n",
    "reason": "r",
    "start": DAY,
    "until": None,
}
INSERT = text(
    "INSERT INTO catalogue_decision (occupation_code, key, revision, kind, value, base_hash, document_number, reason,"
    " valid_from, valid_until, decided_by, decided_by_name, decided_by_role, uid) VALUES (:occupation_code, :key,"
    " :revision, :kind, CAST(:value AS jsonb), :hash, :number, :reason, :start, :until, gen_random_uuid(), 'a', '',"
    " gen_random_uuid())"
)


@pytest.mark.parametrize(
    ("scope", "may"),
    [
        (SYSTEM, True),
        (Scope(districts=("440606",)), True),
        (Scope(bodies=(1,)), False),
        (PUBLIC, False),
        (CLOSED, False),
    ],
)
def test_only_an_office_adds_and_everybody_reads(settings, app, officer, scope, may):
    with transaction(SYSTEM):
        confirm(catalogue().by_code[ELECTRICIAN], {"levels": seen("levels")}, GROUNDS, actor=officer, today=DAY)
    engine = create_engine(role_url(settings, "web"))
    with engine.connect() as connection:
        for name, value in scope.settings().items():
            connection.execute(text("SELECT set_config(:n, :v, true)"), {"n": f"examops.{name}", "v": value})
        assert connection.execute(text("SELECT count(*) FROM catalogue_decision")).scalar_one() == 1
        if may:
            connection.execute(INSERT, ROW)
        else:
            with pytest.raises(DBAPIError, match="row-level security"):
                connection.execute(INSERT, ROW)
    engine.dispose()


@pytest.mark.parametrize("change", [{"kind": "guessed"}, {"number": ""}, {"reason": ""}, {"until": date(2026, 11, 22)}])
def test_the_database_refuses_a_decision_without_grounds(settings, app, change):
    engine = create_engine(role_url(settings, "web"))
    with engine.connect() as connection:
        connection.execute(text("SELECT set_config('examops.everything', 'on', true)"))
        with pytest.raises(DBAPIError, match="ck_catalogue_decision"):
            connection.execute(INSERT, {**ROW, **change})
    engine.dispose()


@pytest.mark.parametrize("statement", ["UPDATE catalogue_decision SET reason = 'x'", "DELETE FROM catalogue_decision"])
def test_a_decision_is_never_changed_or_removed(settings, app, statement):
    for kind in ("web", "job"):
        engine = create_engine(role_url(settings, kind))
        with engine.connect() as connection, pytest.raises(DBAPIError, match="denied"):
            connection.exec_driver_sql(statement)
        engine.dispose()
