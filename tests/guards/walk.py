"""Walks every route with somebody, and tells what answered otherwise than the table of rights says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from examops.accounts.models import UserAccount
from examops.app.tables import METADATA
from tests.browsers import signed_in
from tests.guards.forms import FORMS, NOTHING_WRITTEN, succeeded
from tests.guards.place import Place
from tests.guards.rights import EVERYBODY, LINK, MAY, RECORDER

WRITES = ("POST", "PUT", "PATCH", "DELETE")
REFUSED = (403, 404)
OF_NOBODY = {"notice_uid"}  # notices are of the installation: every operator sees all of them
NOT_COUNTED = {"attempt_counter"}  # attempts are counted before anybody looks, on purpose


@dataclass(frozen=True)
class Call:
    endpoint: str
    method: str
    rule: Rule


def calls(app: Flask) -> list[Call]:
    found = [
        Call(rule.endpoint, method, rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda call: (call.endpoint, call.method))


def unknown(app: Flask, table: Mapping[str, Any] = MAY) -> list[str]:
    """What the table does not know, each with what to do."""
    faults = []
    for call in calls(app):
        if call.endpoint not in table:
            faults.append(
                f"{call.endpoint} ({call.rule.rule}) is not in MAY of tests/guards/rights.py: say which roles may"
            )
        elif call.method in WRITES and call.endpoint not in FORMS:
            faults.append(f"{call.method} {call.endpoint} has no form in FORMS of tests/guards/forms.py")
    gone = sorted(table.keys() - {call.endpoint for call in calls(app)})
    return sorted(set(faults)) + [f"{name} is in MAY, but there is no such endpoint" for name in gone]


class Browser:
    """Somebody's browser: signed in, with the token against forged forms; or a device with its bearer token."""

    def __init__(self, app: Flask, user: UserAccount | None = None, *, bearer: str = "", tablet: str = "") -> None:
        self.app, self.client, self.headers = app, app.test_client(), {}
        self.addresses = app.url_map.bind("localhost")
        if bearer:
            self.headers["Authorization"] = f"Bearer {bearer}"
        if tablet:
            self.client.set_cookie("examops_tablet", tablet)
        with self.client.session_transaction() as session:
            session["csrf_token"] = "raw"
            if user is not None:
                session.update(signed_in(app, user))
        self.token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps("raw")

    def send(self, call: Call, address: Place, form: Place | None = None, *, token: bool = True) -> TestResponse:
        """The call with objects of ``address`` in its path and of ``form`` (the same unless given) in its body."""
        request: dict[str, Any] = {"headers": {}}
        if call.method in WRITES:
            request |= FORMS[call.endpoint](form or address)
            request["headers"] = {**request.get("headers", {}), **({"X-CSRFToken": self.token} if token else {})}
        request["headers"] = {**request["headers"], **self.headers}
        return self.client.open(self.path(call, address), method=call.method, buffered=True, **request)

    def path(self, call: Call, place: Place) -> str:
        named = place.named(call.endpoint)
        missing = call.rule.arguments - named.keys() - {"filename"}
        assert not missing, f"{call.endpoint}: tests/guards/place.py makes nothing for {missing}"
        values = {name: named.get(name, "css/base.css") for name in call.rule.arguments}
        return self.addresses.build(call.endpoint, values, method=call.method)

    @property
    def cookies(self) -> FlaskClient:
        return self.client


def form_of(call: Call, place: Place) -> dict[str, Any]:
    return FORMS[call.endpoint](place) if call.method in WRITES else {}


def is_of_city(app: Flask, call: Call) -> bool:
    """Whether it belongs to the city as a whole: then it knows no own and foreign, and the reach of a district, which
    the roles of offices have in these walks, opens none of it."""
    checks = [*app.before_request_funcs.get(call.endpoint.rpartition(".")[0], []), app.view_functions[call.endpoint]]
    return any(getattr(check, "is_of_city", False) for check in checks)


def takes_object(call: Call) -> bool:
    """Whether it names an object that somebody else may not reach."""
    return any(name.endswith("_uid") or name == "code" for name in call.rule.arguments - OF_NOBODY)


def may(call: Call, role: str, table: Mapping[str, Any] = MAY) -> bool:
    allowed = table[call.endpoint]
    return allowed == EVERYBODY or (allowed == RECORDER and role == RECORDER) or (role in allowed and allowed != LINK)


class Rows:
    """Tells which tables have changed, read as the owner of the database, on a connection that commits by itself.

    Every writing transaction uses up a number; while none was used, nothing was written and no table need be read.
    Every row knows the number of the transaction that wrote it (``xmin``), and numbers only grow: where a table has as
    many rows as before and the same sum of numbers, none was written, and its contents need not be compared.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine, self.connection = engine, engine.raw_connection()
        self.cursor = self.connection.cursor()
        self.number, self.stamps, self.known = 0, {}, {}
        self.names = [*sorted(METADATA.tables.keys() - NOT_COUNTED), "procrastinate_jobs"]
        stamp = "SELECT '{0}', count(*), coalesce(sum(xmin::text::bigint), 0) FROM {0}"
        self.stamped = " UNION ALL ".join(stamp.format(name) for name in self.names)

    def mark(self) -> None:
        """What stands now is what changes are measured against."""
        if self._written_since():
            self._read()

    def changed(self) -> list[str]:
        """Tables that differ from the mark."""
        if not self._written_since():
            return []
        before = dict(self.known)
        self._read()
        return sorted(name for name in before if before[name] != self.known[name])

    def close(self) -> None:
        self.connection.close()

    def _written_since(self) -> bool:
        ((number,),) = self._ask("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        before, self.number = self.number, number
        return number != before

    def _read(self) -> None:
        """The contents of those tables that somebody wrote."""
        stamps = {row[0]: row[1:] for row in self._ask(self.stamped)}
        for name in self.names:
            if stamps[name] != self.stamps.get(name):
                content = f"SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {name} t"
                (self.known[name],) = self._ask(content)
        self.stamps = stamps

    def _ask(self, query: str) -> list[Any]:
        self.cursor.execute(query)
        return self.cursor.fetchall()


def forbidden(browser: Browser, role: str, own: Place, rows: Rows, table: Mapping[str, Any] = MAY) -> Iterator[str]:
    """Endpoints that this role may not use, asked with objects it would otherwise reach: 403, and nothing changed."""
    for call in calls(browser.app):
        if table[call.endpoint] in (EVERYBODY, LINK) or may(call, role, table):
            continue
        wanted = (401,) if table[call.endpoint] == RECORDER else (403,)
        yield from _unanswered(browser, call, (own, None), rows, wanted, f"{role} may not")


def foreign(browser: Browser, call: Call, role: str, own: Place, other: Place, rows: Rows) -> Iterator[str]:
    """Asked for objects this role does not reach: 404 or 403, and nothing changed."""
    yield from _unanswered(browser, call, (other, None), rows, REFUSED, f"{role} reaches no such object")
    if call.method in WRITES:
        yield from _unanswered(browser, call, (other, own), rows, REFUSED, f"{role}, own object in the form")


def own_only(
    browser: Browser, role: str, own: Place, other: Place, rows: Rows, table: Mapping[str, Any] = MAY
) -> Iterator[str]:
    """What this role may: refused with foreign objects, then done with own ones in the same state, reads first.

    The second half is what makes the first one count: a form that fails with own objects too would be refused for
    its own faults, before the check of whose objects they are.
    """
    for call in in_order(browser.app):
        if is_of_city(browser.app, call):
            if may(call, role, table):
                yield from _unanswered(browser, call, (own, None), rows, (403,), f"{role} of a district")
        elif may(call, role, table) and table[call.endpoint] not in (EVERYBODY, LINK):
            if takes_object(call):
                yield from foreign(browser, call, role, own, other, rows)
            yield from done(browser, call, role, own, rows)


def in_order(app: Flask) -> list[Call]:
    """Reads before writes: a write may use up what a read shows."""
    return sorted(calls(app), key=lambda call: call.method != "GET")


def done(browser: Browser, call: Call, who: str, own: Place, rows: Rows) -> Iterator[str]:
    """Asked with own objects: a 2xx or 3xx that refuses nothing, and a write leaves a trace in some table."""
    rows.mark()
    answer = browser.send(call, own)
    if not succeeded(call.endpoint, answer):
        yield f"{call.method} {call.endpoint}: {who} may, answered {answer.status_code}"
    if call.method in WRITES and call.endpoint not in NOTHING_WRITTEN and not rows.changed():
        yield f"{call.method} {call.endpoint}: {who} may, changed nothing"


def nobody(browser: Browser, own: Place, rows: Rows, table: Mapping[str, Any] = MAY) -> Iterator[str]:
    """Without sign-in: pages lead to the sign-in page, everything else answers 401; nothing changed."""
    for call in calls(browser.app):
        if table[call.endpoint] in (EVERYBODY, LINK):
            continue
        rows.mark()
        answer = browser.send(call, own)
        is_sign_in = answer.status_code == 302 and answer.location.startswith("/sign-in")
        if answer.status_code != 401 and not is_sign_in:
            yield f"{call.method} {call.endpoint}: nobody signed in, answered {answer.status_code}"
        if differences := rows.changed():
            yield f"{call.method} {call.endpoint}: nobody signed in, changed {differences}"


def _unanswered(
    browser: Browser, call: Call, places: tuple[Place, Place | None], rows: Rows, wanted: tuple[int, ...], why: str
) -> Iterator[str]:
    rows.mark()
    answer = browser.send(call, *places)
    if answer.status_code not in wanted:
        yield f"{call.method} {call.endpoint}: {why}, answered {answer.status_code}"
    if differences := rows.changed():
        yield f"{call.method} {call.endpoint}: {why}, changed {differences}"
