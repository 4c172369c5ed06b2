"""A new privacy notice on the morning of an exam: nobody at the door is held up, everybody else reads it first."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from examops.accounts import create_pairing_code, pair
from examops.accounts.models import PrivacyNotice
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sites.models import Site
from examops.staff.models import Qualification
from tests.factories import PASSWORD

READ_FIRST = "/privacy-notice"


@pytest.fixture
def notice(make, clock):
    return make.save(PrivacyNotice(version=1, title="隐私告知", body_text="又加了一条。", published_at=clock.now()))


@pytest.fixture
def tablet(exam, client, make, clock):
    """The browser of a tablet that is paired to the site of the exam."""
    site = make.session.get_one(Site, exam[1].site_id)
    with transaction(SYSTEM):
        _, token = pair(create_pairing_code(site, "desk", clock=clock), "东门 1 号", "desk", None, clock=clock)
    client.set_cookie("examops_tablet", token)
    return client


@pytest.fixture
def pages(exam, make) -> dict[str, str]:
    """Everything that the people on duty open at the door."""
    (duty, *_) = make.panel(exam[1])
    desk = f"/desk/{exam[1].uid}"
    return {
        "desks": "/desk/",
        "desk": desk,
        "people": f"{desk}/people",
        "duties": f"{desk}/duties",
        "relations": f"{desk}/duties/{duty.uid}/recusal",
    }


def stopped(client, pages: dict[str, str]) -> set[str]:
    answers = {name: client.get(address) for name, address in pages.items()}
    return {name for name, answer in answers.items() if (answer.location or "").startswith(READ_FIRST)}


def test_on_the_tablet_no_page_of_the_door_is_held_up(notice, exam, tablet, pages, make, sign_in) -> None:
    coordinator = sign_in(make.user("coordinator", exam[0]))
    assert stopped(coordinator, pages) == set()
    assert stopped(coordinator, {"week": "/sessions/week"}) == {"week"}, "it waits for other work"


def test_whoever_signs_in_on_the_tablet_comes_to_the_desk(notice, exam, tablet, make) -> None:
    user = make.on_duty(make.user("proctor", exam[0]), exam[1])
    said = {"login": user.login, "password": PASSWORD}
    answer = tablet.post("/sign-in", data=said, follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, "/desk/")


def test_the_panel_signs_in_on_the_tablet(notice, exam, tablet, make, sign_in, clock) -> None:
    duty = make.panel(exam[1])[0]
    query = select(Qualification.card_number).where(Qualification.staff_id == duty.staff_id)
    card = db.session.execute(query).scalar_one()
    client = sign_in(make.user("proctor", exam[0]))
    answer = client.post(f"/desk/{exam[1].uid}/duties/{duty.uid}/sign-in", data={"card": card})
    assert not answer.location.startswith(READ_FIRST)
    db.session.expire_all()
    assert make.session.get_one(type(duty), duty.id, populate_existing=True).signed_in_at == clock.now()


def test_a_desk_that_is_open_goes_on_scanning(exam, codes, desk, notice) -> None:
    """Without a tablet too: the page was opened before, its scripts are answered."""
    assert desk(codes[0]).json["admitted"] is True


def test_what_waits_can_be_handed_over_first(notice, exam, make, sign_in) -> None:
    office = sign_in(make.user("coordinator", exam[0]))
    assert office.get("/desk/handover/").status_code == 200


def test_elsewhere_it_is_read_first(notice, exam, pages, make, sign_in) -> None:
    proctor = sign_in(make.on_duty(make.user("proctor", exam[0]), exam[1]))
    assert stopped(proctor, pages) == {"desks", "desk", "people", "duties", "relations"}


def test_a_desk_that_was_open_is_open_again_after_a_reload(exam, pages, make, sign_in, clock) -> None:
    """Without a tablet: the browser had this session's desk open when the notice came. Another session's is not."""
    proctor = sign_in(make.on_duty(make.user("proctor", exam[0]), exam[1]))
    assert proctor.get(pages["desk"]).status_code == 200
    make.save(PrivacyNotice(version=1, title="隐私告知", body_text="又加了一条。", published_at=clock.now()))
    assert stopped(proctor, pages) == {"desks"}, "the list of desks waits: nobody stands in front of it"
    assert stopped(proctor, {"other": f"/desk/{uuid4()}"}) == {"other"}
