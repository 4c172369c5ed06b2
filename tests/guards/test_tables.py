"""Every table of the installed database belongs to a body behind row-level security, or says why it is shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from config.settings import Settings
from examops.app.tables import METADATA
from examops.core.connections import owner_url, role_names, role_url
from examops.core.scope import CLOSED, PUBLIC, SYSTEM, Scope
from examops.core.table_access import reason_across_bodies
from examops.ops.migrations.catalogue import declared_catalogue, differences, read_catalogue

pytestmark = pytest.mark.postgres

# Tables without a body. Add one here only with the reason why every signed-in person's queries may reach it.
SHARED = {
    "acceptance_run": "an office's one act over many filings; seen by that office, its items are rows of bodies",
    "account_contact": "where notices for a person go; seen by whoever works with the person's body or district",
    "alembic_version": "the number of the newest migration",
    "attempt_counter": "rate limits; keys name logins and addresses, no rows of a body",
    "audit_head": "signed ends of the log's days: digests only",
    "audit_seal": "links of the log's chain: digests only",
    "former_grant": "what a person was allowed once; of no body where an office's, with a policy of its own",
    "former_name": "what a legal entity was called; seen by whoever sees the entity",
    "entity_bar": "binds a legal entity whatever body asks; seen by whoever sees the entity, only the city adds",
    "legal_entity": "stands above its bodies; seen by whoever sees one of them, or its district",
    "deputy": "who acts for whom in an office; seen by that office",
    "body": "the tenant itself; has a policy of its own, tested below",
    "browser_session": "who is signed in where; digests of tokens, read before any scope is known",
    "installation_key": "fingerprints of the secrets that the database was kept under; read before any scope is known",
    "city_person": "people of the city, of no body; only the city's offices see them",
    "city_availability": "when people of the city can come; only the city's offices see it, and whoever it is about",
    "city_recusal": "where people of the city must not go; only the city's offices see it, and whoever it is about",
    "city_duty": "where the city sends its people; no body sees it beforehand",
    "catalogue_decision": "what the city decided over the law's values; public, only the city adds",
    "job_failure": "why a job failed, one line, written by workers",
    "job_run": "the ledger of timed jobs",
    "notice_acceptance": "who accepted which notice; read at sign-in, before any scope is known",
    "number_counter": "the next human number",
    "password_link": "digests of codes, by which a person sets a new password once; made and used by functions alone",
    "opening_request": "of no body yet; seen by the offices of its district, and by whoever has number and mobile",
    "opening_document": "the certificate of such a request; seen by whoever sees the request",
    "outbox": "notices to mailboxes and telephones; anybody may add one, only the system and operators read them",
    "person": "the city's register; no role may read it, only functions answer about one number",
    "privacy_notice": "the same text for everybody",
    "recheck_switch": "which rules of the nightly check act; public, only the city adds",
    "role_grant": "what a person may do; read at sign-in, before any scope is known",
    "user_account": "who signs in; read at sign-in, before any scope is known",
}
ACROSS_BODIES = {
    (table.name, key.columns[0].name): reason
    for table in METADATA.sorted_tables
    for key in table.foreign_key_constraints
    if (reason := reason_across_bodies(key))
}
QUEUE = "procrastinate_"  # the queue's own tables: payloads are uids, see tests/guards/test_jobs.py
# Functions that look past the scope. Each answers one narrow question.
DEFINERS = {
    "account_password",
    "account_password_change",
    "account_admin",
    "account_signed_out",
    "account_take_back",
    "account_restore",
    "account_move",
    "account_link_make",
    "account_invited",
    "account_invite",
    "account_of_link",
    "account_password_by_link",
    "account_link_fault",
    "district_of_guest",
    "audit_payload_erase",
    "persons_for",
    "person_by_hash",
    "person_sealed",
    "live_application_exists",
    "next_ticket_number",
    "key_in_change",
    "persons_left_to_rekey",
    "persons_to_rekey",
    "persons_rekey",
    "scans_left_to_rekey",
    "scans_forget_reading",
    "staff_person",
    "duty_person",
    "duty_elsewhere",
    "city_duty_released",
    "staff_identified",
    "staff_elsewhere",
    "staff_busy",
    "exam_room_only",
    "room_keeps_exams",
    "session_at_own_or_lent_site",
    "station_at_own_or_lent_site",
    "guest_body",
    "body_of_use",
    "guest_sessions_after",
    "room_taken_elsewhere",
    "notice_states",
}
# What the public scope reads: no person, no filing.
FOR_THE_PUBLIC = {"directory_card", "directory_entry", "published_rule", "published_specification", "fee_schedule"}
EVERYONE = ("scope_everything()", "scope_bodies()", "scope_districts()")


@pytest.fixture
def owner(settings: Settings) -> Iterator[Connection]:
    """For one test: what it reads of a policy stays locked until its transaction ends, and tables are emptied."""
    engine = create_engine(owner_url(settings))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def tenant_tables(owner: Connection) -> set[str]:
    """Tables with ``body_id`` and ``district`` in the database itself, not in the models."""
    query = text(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        " AND a.attname IN ('body_id', 'district') GROUP BY 1 HAVING count(*) = 2"
    )
    return set(owner.execute(query).scalars()) - {"role_grant", "former_grant"}


def every_table(owner: Connection) -> set[str]:
    query = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    return {name for name in owner.execute(text(query)).scalars() if not name.startswith(QUEUE)}


def test_the_revisions_make_what_the_models_declare(owner, settings: Settings) -> None:
    """Columns, keys, checks, indexes, policies, rights; tests/migrations/test_changes.py plants each kind of drift."""
    roles = role_names(settings)
    declared = declared_catalogue(owner, METADATA, roles)
    assert differences(declared, read_catalogue(owner, roles)) == [], "run make migration NAME=…"


def test_a_table_is_a_bodys_or_shared_for_a_written_reason(owner, tenant_tables) -> None:
    unexplained = every_table(owner) - tenant_tables - SHARED.keys()
    assert unexplained == set(), "give it body_id and district (mixin Tenant), or explain it in SHARED"
    assert SHARED.keys() - every_table(owner) == set(), "explained, but gone"


def test_every_bodys_table_forces_row_level_security(owner, tenant_tables) -> None:
    query = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    forced = set(owner.execute(text(query)).scalars())
    assert tenant_tables | {"body"} <= forced


def test_every_policy_asks_for_each_kind_of_scope(owner, tenant_tables) -> None:
    """City and system by `everything`, bodies and their devices, districts; the public sees the directory only."""
    rows = owner.execute(text("SELECT tablename, policyname, permissive, cmd, qual, with_check FROM pg_policies")).all()
    found = {name: [row for row in rows if row.tablename == name] for name in {*tenant_tables, "body"}}
    assert all(row.permissive == "PERMISSIVE" for row in rows)
    for name, policies in found.items():
        readers = [row for row in policies if row.cmd in ("ALL", "SELECT")]
        assert len(readers) == 1, f"{name}: permissive policies add up, so there is exactly one that lets read"
        is_open = readers[0].qual == "true"
        assert (is_open or "scope_public()" in readers[0].qual) is (name in FOR_THE_PUBLIC), name
        assert is_open or all(kind in readers[0].qual for kind in EVERYONE), name
        writers = [row for row in policies if row.cmd not in ("ALL", "SELECT")]
        assert not writers or is_open or name == "audit_entry", name


def test_body_and_district_are_never_empty(owner, tenant_tables) -> None:
    query = text(
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND column_name IN ('body_id', 'district') AND is_nullable = 'YES' AND table_name = ANY (:tables)"
    )
    # The log also records what belongs to no body, such as a refused sign-in.
    assert set(owner.execute(query, {"tables": sorted(tenant_tables - {"audit_entry"})}).scalars()) == set()


def test_no_row_may_hang_below_another_bodys_row(owner, tenant_tables) -> None:
    query = text(
        "SELECT child.relname, parent.relname, array_agg(a.attname::text ORDER BY n) FROM pg_constraint k"
        " JOIN pg_class child ON child.oid = k.conrelid JOIN pg_class parent ON parent.oid = k.confrelid"
        " CROSS JOIN unnest(k.conkey) WITH ORDINALITY AS u(number, n)"
        " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number"
        " WHERE k.contype = 'f' GROUP BY k.oid, child.relname, parent.relname"
    )
    inside = tenant_tables | {"role_grant"}
    keys = [(c, p, columns) for c, p, columns in owner.execute(query) if {c, p} <= inside]
    guarded = {(c, p, column) for c, p, columns in keys if "body_id" in columns for column in columns}
    loose = {(c, columns[0]) for c, p, columns in keys if (c, p, columns[0]) not in guarded}
    assert loose - ACROSS_BODIES.keys() == set(), "foreign key without body_id: make migration drafts one that has it"
    assert ACROSS_BODIES.keys() - loose == set(), "explained, but not so"


@pytest.mark.parametrize("kind", ["web", "job"])
def test_the_roles_own_nothing_and_may_nothing_else(owner, settings: Settings, kind: str) -> None:
    name = role_names(settings)[kind]
    one = text(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication,"
        " (SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid),"
        " (SELECT count(*) FROM pg_shdepend WHERE refobjid = pg_roles.oid AND deptype = 'o'),"
        " has_schema_privilege(rolname, 'public', 'CREATE') FROM pg_roles WHERE rolname = :name"
    )
    assert tuple(owner.execute(one, {"name": name}).one()) == (False, False, False, False, False, 0, 0, False)


@pytest.mark.parametrize("kind", ["web", "job"])
def test_the_roles_can_empty_no_table_and_plant_no_trigger(owner, settings: Settings, kind: str) -> None:
    query = text(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(:name, oid, 'TRUNCATE, TRIGGER, REFERENCES')"
    )
    assert list(owner.execute(query, {"name": role_names(settings)[kind]}).scalars()) == []


def test_only_the_explained_functions_look_past_the_scope(owner) -> None:
    query = text(
        "SELECT proname, coalesce(proconfig::text, '') FROM pg_proc WHERE prosecdef"
        " AND pronamespace = 'public'::regnamespace AND proname NOT LIKE 'procrastinate%'"
    )
    found = {row.proname: row[1] for row in owner.execute(query)}
    assert set(found) == DEFINERS
    assert all("search_path=public, pg_temp" in setting for setting in found.values())


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM person",
        "ALTER TABLE booking DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE booking NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY scope ON booking",
        "CREATE POLICY more ON booking USING (true)",
        "CREATE TABLE mine (id int)",
        "TRUNCATE booking",
        "COPY booking TO PROGRAM 'cat'",
        "UPDATE audit_entry SET subject_words = ''",
        "DELETE FROM audit_seal",
        "ALTER ROLE current_user BYPASSRLS",
        "CREATE EXTENSION dblink",
        "CREATE TEMPORARY TABLE mine (id int)",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT password_hash FROM user_account",
        "UPDATE user_account SET password_hash = 'x'",
        "UPDATE user_account SET is_active = true",
        "INSERT INTO user_account (login) VALUES ('x')",
        "INSERT INTO role_grant (role) VALUES ('operator')",
        "UPDATE role_grant SET reach = 'city'",
        "DELETE FROM role_grant",
        "INSERT INTO former_grant (role) VALUES ('operator')",
        "UPDATE former_grant SET restored_at = NULL",
        "INSERT INTO password_link (user_id) VALUES (1)",
        "UPDATE password_link SET expires_at = now()",
        "SELECT * FROM account_admin('x', gen_random_uuid())",
        "SELECT account_signed_out(1, now())",
        "SELECT account_invited(1)",
        "DELETE FROM booking",
        "DELETE FROM application",
        "DELETE FROM ticket",
        "SELECT * FROM person_sealed(1)",
        "CREATE SEQUENCE ticket_number_2099",
        "SELECT * FROM persons_to_rekey(0, 1)",
        "SELECT persons_rekey(ARRAY[1], ARRAY['x'::bytea], ARRAY['y'::bytea])",
        "SELECT key_in_change()",
        "INSERT INTO installation_key (key_id) VALUES (2)",
        "UPDATE installation_key SET cleared_at = now()",
        "UPDATE lot_commitment SET seed_sealed = 'x'",
    ],
)
def test_the_web_cannot_open_itself_a_way_out(settings: Settings, statement: str) -> None:
    engine = create_engine(role_url(settings, "web"))
    with engine.connect() as connection, pytest.raises(DBAPIError, match=r"denied|must be owner"):
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.mark.parametrize(
    ("scope", "is_opened"),
    [
        (lambda own, other: Scope(bodies=(own.id,)), True),
        (lambda own, other: Scope(districts=(own.district,)), True),
        (lambda own, other: SYSTEM, True),
        (lambda own, other: Scope(bodies=(other.id,)), False),
        (lambda own, other: Scope(districts=(other.district,)), False),
        (lambda own, other: PUBLIC, False),
        (lambda own, other: CLOSED, False),
    ],
)
def test_an_id_number_is_opened_only_of_somebody_whom_the_scope_shows(
    settings: Settings, make, scope: Callable[..., Scope], is_opened: bool
) -> None:
    own, other = make.body(district="440604"), make.body(district="440606")
    person = make.candidate(own).person_id
    engine = create_engine(role_url(settings, "job"))
    with engine.connect() as connection:
        for name, value in scope(own, other).settings().items():
            connection.execute(
                text("SELECT set_config(:name, :value, true)"), {"name": f"examops.{name}", "value": value}
            )
        found = connection.execute(text("SELECT id_hash FROM person_sealed(:person)"), {"person": person}).all()
    engine.dispose()
    assert (len(found) == 1) is is_opened


def test_a_foreign_row_is_refused_as_a_parent_by_the_database_itself(app: Flask, make) -> None:
    """The control: what the keys above promise, tried once."""
    mine, other = make.body(), make.body()
    room, foreign = make.room(make.site(mine)), make.site(other)
    room.site_id = foreign.id
    with pytest.raises(DBAPIError, match="fk_room_site_id"):
        make.save(room)
    make.session.rollback()
