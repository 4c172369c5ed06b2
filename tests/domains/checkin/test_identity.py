"""The same person, yes or no: no means not in, and a second person undoes it."""

import pytest
from sqlalchemy import select

from examops.checkin.models import IdentityCheck, Sitting
from examops.core.database import db


@pytest.fixture
def ask(exam, make, sign_in):
    """Say yes or no about a scan, as a proctor of one's own."""
    client = sign_in(make.on_duty(make.user("proctor", exam[0]), exam[1]))

    def say(scan_uid: str, same: bool):
        return client.post(f"/desk/{exam[1].uid}/identity", json={"scan_uid": scan_uid, "same": same})

    say.client = client
    return say


def results() -> list[tuple[str, str]]:
    query = select(IdentityCheck.result, IdentityCheck.note).order_by(IdentityCheck.id)
    return [tuple(row) for row in db.session.execute(query)]


def sitting() -> Sitting:
    db.session.expire_all()
    return db.session.execute(select(Sitting)).scalar_one()


def test_yes_is_kept_once_with_who_compared(exam, codes, desk, ask) -> None:
    uid = desk(codes[0]).json["scan_uid"]
    assert results() == [], "nobody compared yet"
    for _ in range(2):
        answer = ask(uid, True)
        assert (answer.status_code, answer.json["refusal"], answer.json["state"]["present"]) == (200, None, 1)
    assert results() == [("same", "")]


def test_no_means_not_in_and_the_coordinator_is_told(exam, codes, desk, ask, make, sign_in) -> None:
    answer = ask(desk(codes[0]).json["scan_uid"], False).json
    assert (answer["refusal"]["admitted"], answer["refusal"]["reason"]["code"]) == (False, "identity_doubted")
    assert answer["refusal"]["reason"]["todo"]
    assert (answer["state"]["present"], answer["state"]["unsettled"]) == (0, 1)
    assert sitting().left_at is not None
    office = sign_in(make.user("coordinator", exam[0]))
    assert "人证不符" in office.get(f"/desk/{exam[1].uid}/people").text
    assert "1 人待考务决定" in office.get("/desk/").text
    week = office.get("/sessions/week").text
    assert "1 人人证不符" in week, "the first page a coordinator sees"
    assert f'href="/desk/{exam[1].uid}/people"' in week
    assert desk(codes[0]).json["reason"]["code"] == "identity_doubted", "the ticket opens the door to nobody now"


def test_only_who_decides_is_told_on_the_first_page_and_only_while_it_is_open(
    exam, codes, desk, ask, make, sign_in
) -> None:
    uid = desk(codes[0]).json["scan_uid"]
    ask(uid, False)
    inside, stranger = make.user("internal_supervisor", exam[0]), make.user("coordinator", make.body())
    assert "人证不符" not in sign_in(inside).get("/sessions/week").text
    assert "人证不符" not in sign_in(stranger).get("/sessions/week").text
    second = sign_in(make.user("coordinator", exam[0]))
    second.post(f"/desk/sittings/{sitting().uid}/restore")
    assert "人证不符" not in second.get("/sessions/week").text


def test_saying_no_twice_changes_nothing(exam, codes, desk, ask) -> None:
    uid = desk(codes[0]).json["scan_uid"]
    assert [ask(uid, False).status_code for _ in range(2)] == [200, 200]
    assert results() == [("other", "")]
    assert ask(uid, True).status_code == 409, "a yes does not undo a no"


def test_a_second_person_undoes_it_and_the_seat_is_the_same(exam, codes, desk, ask, make, sign_in) -> None:
    seat = desk(codes[0]).json["seat"]
    ask(desk(codes[0]).json["scan_uid"], True)
    uid = desk(codes[0]).json["scan_uid"]
    first = select(IdentityCheck).order_by(IdentityCheck.id)
    assert db.session.execute(first).scalars().first().result == "same"
    path = f"/desk/sittings/{sitting().uid}"
    assert ask.client.post(f"{path}/turn_away").status_code == 302
    assert sitting().turned_away_at is not None
    refused = ask.client.post(f"{path}/restore", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json["code"]) == (409, "identity.own_doubt")
    second = sign_in(make.on_duty(make.user("examiner", exam[0]), exam[1]))
    assert second.post(f"{path}/restore").status_code == 302
    now = sitting()
    assert (now.turned_away_at, now.left_at, str(now.identity_doubt)) == (None, None, "")
    again = desk(codes[0]).json
    assert (again["admitted"], again["seat"], again["state"]["present"]) == (True, seat, 1)
    assert [one for one, _ in results()] == ["same", "other", "withdrawn"]
    assert uid


def test_a_second_face_with_the_ticket_of_somebody_inside_is_refused_and_nobody_inside_is_sent_out(
    exam, codes, desk, ask
) -> None:
    desk(codes[0])
    answer = ask(desk(codes[0]).json["scan_uid"], False).json
    assert answer["refusal"]["reason"]["code"] == "already_in"
    assert answer["state"]["present"] == 1
    assert sitting().left_at is None
    assert str(sitting().identity_doubt)
    assert results() == [("other", "second_person")]


def test_a_page_from_before_the_upgrade_still_says_no(exam, codes, desk, ask) -> None:
    uid = desk(codes[0]).json["scan_uid"]
    assert ask.client.post(f"/desk/{exam[1].uid}/mismatch", json={"scan_uid": uid}).status_code == 204
    assert sitting().turned_away_at is not None
    assert ask.client.post(f"/desk/{exam[1].uid}/identity", json={"scan_uid": str(exam[1].uid)}).status_code == 404
