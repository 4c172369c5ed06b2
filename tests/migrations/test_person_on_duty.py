"""Staff of before become persons: those of one account one, all others one each; a double duty stops the upgrade."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from config.settings import Settings
from examops.ops import migrate
from examops.ops.migrate import upgrade_database

pytestmark = pytest.mark.postgres
TWO_BODIES = """
INSERT INTO body (kind, name, short_name, credit_code, district, address, telephone, state, uid)
  SELECT 'enterprise', n, n, n, '440606', '', '', 'filed', gen_random_uuid() FROM unnest(ARRAY['甲', '乙']) n;
INSERT INTO user_account (login, name, password_hash, is_active, session_epoch, must_change_password, uid)
  VALUES ('kaoping', '邓辉', '', true, 0, false, gen_random_uuid());
INSERT INTO staff_member (name, team, telephone, is_active, user_id, body_id, district, uid)
  SELECT '邓辉', '', '', true, u.id, b.id, b.district, gen_random_uuid() FROM body b, user_account u;
INSERT INTO staff_member (name, team, telephone, is_active, body_id, district, uid)
  SELECT '黄敏', '', '', true, b.id, b.district, gen_random_uuid() FROM body b;
INSERT INTO site (name, address, contact, body_id, district, uid)
  SELECT '考点', '', '', id, district, gen_random_uuid() FROM body;
INSERT INTO room (site_id, name, kind, seats, body_id, district, uid)
  SELECT id, '考场', 'paper', 1, body_id, district, gen_random_uuid() FROM site;
INSERT INTO batch (number, name, cut_off_on, applies_from, applies_until, held_from, held_until, fee_fen, state,
    body_id, district, uid)
  SELECT 'B' || id, '批', '2026-11-01', '2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04', 0, 'open', id, district,
    gen_random_uuid() FROM body;
INSERT INTO exam_session (number, batch_id, site_id, room_id, title, during, desk_opens_at, starts_at, ends_at, state,
    bookings_close_at, notes, body_id, district, uid)
  SELECT 'S' || b.id, b.id, r.site_id, r.id, '', tstzrange('2026-11-03 08:00+08', '2026-11-03 12:00+08'),
    '2026-11-03 08:30+08', '2026-11-03 09:00+08', '2026-11-03 11:00+08', 'draft', '2026-11-02 09:00+08', '', b.body_id,
    b.district, gen_random_uuid() FROM batch b JOIN room r ON r.body_id = b.body_id;
INSERT INTO session_duty (session_id, staff_id, role, serves, during, is_released, body_id, district, uid)
  SELECT s.id, m.id, 'examiner', '{}', s.during, m.body_id <> (SELECT min(id) FROM body), s.body_id, s.district,
    gen_random_uuid() FROM exam_session s JOIN staff_member m ON m.body_id = s.body_id AND m.name = '邓辉';
"""


@pytest.fixture
def database(before: Settings, postgres_url: str) -> Iterator[Engine]:
    """One account as staff of two bodies, on duty at one of them; the duty at the other was released."""
    url = make_url(postgres_url).set(drivername="postgresql+psycopg", database=make_url(before.database_url).database)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(TWO_BODIES)
    yield engine
    engine.dispose()


def test_staff_of_one_account_become_one_person_and_duties_follow(before: Settings, database: Engine) -> None:
    upgrade_database(before)

    with database.begin() as connection:
        rows = connection.exec_driver_sql("SELECT name, person_id FROM staff_member ORDER BY id").all()
        duties = set(connection.exec_driver_sql("SELECT person_id FROM session_duty").scalars())
        plain = connection.exec_driver_sql("SELECT count(*) FROM person WHERE id_hash IS NULL").scalar_one()
    persons = {name: {person for other, person in rows if other == name} for name, _ in rows}
    assert {name: len(found) for name, found in persons.items()} == {"邓辉": 1, "黄敏": 2}
    assert duties == persons["邓辉"]
    assert plain == 3


def test_two_duties_at_one_time_stop_the_upgrade_and_are_named(
    before: Settings, database: Engine, environment: dict[str, str], monkeypatch, capsys
) -> None:
    for name, value in {**environment, "EXAMOPS_DATABASE_URL": before.database_url}.items():
        monkeypatch.setenv(name, value)
    with database.begin() as connection:
        numbers = sorted(connection.exec_driver_sql("SELECT number FROM exam_session").scalars())
        connection.exec_driver_sql("UPDATE session_duty SET is_released = false")

    stopped = migrate.main(["upgrade"])

    words = capsys.readouterr().err
    assert stopped == 1
    assert f"{numbers[0]} + {numbers[1]} (kaoping)" in words
    assert "在其中一个场次换人" in words
    with database.begin() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
        connection.exec_driver_sql("UPDATE session_duty SET is_released = true WHERE id = 1")
    assert migrate.main(["upgrade"]) == 0
