"""Names in full inside the body, masked outside it; ID numbers masked to everybody."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from examops.accounts.models import RoleGrant
from examops.audit.models import AuditEntry
from tests.factories import DAY, Factory


@pytest.fixture
def exam(make: Factory):
    """A session with one candidate, and two people on duty whom masks do not tell apart."""
    body = make.body()
    batch, room = make.batch(body), make.room(make.site(body))
    session, turns = make.session_with_turns(batch, room, starts_at=DAY.replace(day=25))
    for name, role in (("邓志辉", "leader"), ("邓国辉", "examiner")):
        make.duty(session, make.staff(body, name=name), role)
    candidate = make.candidate(body, name="陈小明")
    make.booking(turns[0], make.application(batch, candidate))
    return body, session, candidate


@pytest.mark.parametrize("role", ["coordinator", "internal_supervisor"])
def test_the_bodys_own_people_read_names_in_full_and_that_is_written_down(exam, make, sign_in, role) -> None:
    body, session, candidate = exam
    user = make.user(role, body)
    page = sign_in(user).get(f"/sessions/{session.uid}").text

    assert all(name in page for name in ("陈小明", "邓志辉", "邓国辉"))
    assert candidate.id_masked in page
    looks = select(AuditEntry.actor_uid).where(AuditEntry.tag == "session:people_viewed")
    assert list(make.session.execute(looks).scalars()) == [user.uid]


@pytest.mark.parametrize("role", ["city_centre", "supervisor"])
def test_whoever_looks_from_outside_reads_masked_names(exam, make, sign_in, role) -> None:
    page = sign_in(make.user(role)).get(f"/sessions/{exam[1].uid}").text

    assert "陈*明" in page
    assert "邓*辉" in page
    assert "陈小明" not in page
    assert "邓志辉" not in page


def test_a_coordinator_of_another_body_who_supervises_the_city_reads_masked_names(exam, make, sign_in) -> None:
    """Each grant counts where it was given: coordinating one body shows no names of another."""
    user = make.user("city_bureau")
    make.save(RoleGrant(user_id=user.id, role="coordinator", reach="body", body_id=make.body().id))
    with (client := sign_in(user)).session_transaction() as browser:
        office = select(RoleGrant.uid).where(RoleGrant.user_id == user.id, RoleGrant.role == "city_bureau")
        browser["grant"] = str(make.session.execute(office).scalar_one())
    page = client.get(f"/sessions/{exam[1].uid}").text

    assert "陈*明" in page
    assert "陈小明" not in page


def test_a_search_and_the_list_at_the_door_show_names_in_full_to_the_coordinator(exam, make, sign_in) -> None:
    body, session, _ = exam
    client = sign_in(make.user("coordinator", body))

    assert "陈小明" in client.get("/search/?q=小明").text
    assert "陈小明" in client.get(f"/desk/{session.uid}/people").text
