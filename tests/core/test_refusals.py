"""Constraints as refusals: the named ones are worded, all others stay errors, and the transaction goes on."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from examops.core.database import db, owner_of
from examops.core.errors import Conflict
from examops.core.keys import Keyring, id_number_hash, open_id_number, seal_id_number
from examops.core.language import N_
from examops.core.refusals import constraints_as
from examops.core.scope import Scope, across_districts
from examops.core.transaction import transaction
from examops.sites.models import Room

NUMBER = "440604199001010018"


class NameTaken(Conflict):
    code, message = "room.name_taken", N_("没有找到")


def a_room(site, **columns) -> Room:
    return Room(**owner_of(site), site_id=site.id, **{"name": "一号", "kind": "practical", "seats": 4, **columns})


@pytest.fixture
def site(make):
    return make.site(make.body())


def test_a_named_constraint_is_refused_and_the_transaction_goes_on(site) -> None:
    db.session.add(a_room(site))
    db.session.flush()
    with pytest.raises(NameTaken) as caught, constraints_as({"uq_room_site_id_name": NameTaken}):
        db.session.add(a_room(site))
    assert isinstance(caught.value.__cause__, IntegrityError)
    db.session.add(a_room(site, name="二号"))
    db.session.flush()
    names = select(Room.name).where(Room.site_id == site.id).order_by(Room.id)
    assert db.session.execute(names).scalars().all() == ["一号", "二号"]


def test_any_other_constraint_stays_an_error(site) -> None:
    with pytest.raises(IntegrityError, match="ck_room_kind"), constraints_as({"uq_room_site_id_name": NameTaken}):
        db.session.add(a_room(site, kind="kitchen"))


def test_a_constraint_broken_in_a_wider_scope_is_refused_as_everywhere_and_the_scope_is_narrow_again(
    make, site
) -> None:
    elsewhere = make.site(make.body())
    db.session.add_all([a_room(site), a_room(elsewhere)])
    db.session.commit()
    of_rooms = select(Room.site_id).order_by(Room.id)
    with transaction(Scope(bodies=(site.body_id,))):
        with across_districts():
            assert db.session.execute(of_rooms).scalars().all() == [site.id, elsewhere.id]
        with pytest.raises(NameTaken), constraints_as({"uq_room_site_id_name": NameTaken}), across_districts():
            db.session.add(a_room(site))
        assert db.session.execute(of_rooms).scalars().all() == [site.id]


def test_what_was_changed_in_the_block_is_as_before(site) -> None:
    room = a_room(site)
    db.session.add(room)
    db.session.flush()

    def write() -> None:
        with constraints_as({"uq_room_site_id_name": NameTaken}):
            room.seats = 9
            db.session.add(a_room(site))

    with pytest.raises(NameTaken):
        write()
    assert room.seats == 4


def test_an_id_number_opens_only_beside_its_own_hash() -> None:
    class Kept:
        id_hash, id_sealed = seal_id_number(Keyring("a secret of this test"), NUMBER)

    class Nothing:
        id_hash = id_sealed = None

    ring = Keyring("a secret of this test")
    assert open_id_number(ring, Kept()) == NUMBER
    assert open_id_number(ring, Nothing()) == ""
    Kept.id_hash = id_number_hash(ring, "44060419900101002X")
    with pytest.raises(InvalidTag):
        open_id_number(ring, Kept())
