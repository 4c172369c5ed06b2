"""Somebody with two assignments has each role where it was given and nowhere else: every pair of roles, two places."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from examops.accounts.models import ROLES, RoleGrant, UserAccount
from tests.factories import Factory
from tests.guards import walk
from tests.guards.place import Place
from tests.guards.rights import BODY, DESK, EVERYBODY, LINK, MAY, RECORDER
from tests.guards.stock import make_stocked_place
from tests.guards.test_routes import ELSEWHERE, HERE, aim, guarded_app, holder, on_duty, rows
from tests.guards.walk import Browser, Call, Rows

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
__all__ = ["guarded_app", "rows"]
# Nobody is on duty in two places at once: the second session's time begins where it ended. Its desk stays open.
LATER = """
    UPDATE exam_session SET during = tstzrange(upper(during), upper(during) + (upper(during) - lower(during)))
    WHERE id = :session
"""


@pytest.mark.parametrize("role", ROLES)
def test_a_second_role_counts_only_where_it_was_given(
    guarded_app: Flask, make: Factory, clock, rows: Rows, role: str
) -> None:
    here, there = (make_stocked_place(make, clock, district=district) for district in (HERE, ELSEWHERE))
    faults = []
    for second in ROLES:
        if second != role:
            aim(make, here, second)
            browser = Browser(guarded_app, _with_two(make, role, here, second, there))
            faults += [f"{second} elsewhere: {fault}" for fault in _of_second(browser, role, second, here, there, rows)]
    assert not faults, "\n".join(faults)


def _with_two(make: Factory, role: str, here: Place, second: str, there: Place) -> UserAccount:
    user = holder(make, role, here)
    reach = {"reach": "district", "district": there.body.district}
    if second in BODY:
        reach = {"reach": "body", "body_id": there.body.id}
    make.save(RoleGrant(user_id=user.id, role=second, **reach))
    if second in DESK:
        if role in DESK:
            make.run_as_owner(LATER, session=there.session.id)
        on_duty(make, user, there)
    make.session.refresh(user)
    return user


def _of_second(browser: Browser, role: str, second: str, here: Place, there: Place, rows: Rows) -> Iterator[str]:
    """What only the second role may: done with objects of its place (reads alone), refused with those of the first."""
    for call in walk.in_order(browser.app):
        if _is_only_for(call, second, role):
            yield from walk.foreign(browser, call, role, there, here, rows)
            if call.method == "GET" and not walk.is_of_city(browser.app, call):
                yield from walk.done(browser, call, second, there, rows)


def _is_only_for(call: Call, second: str, role: str) -> bool:
    open_to_all = MAY[call.endpoint] in (EVERYBODY, LINK, RECORDER)
    return not open_to_all and walk.takes_object(call) and walk.may(call, second) and not walk.may(call, role)
