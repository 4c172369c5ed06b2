"""Legal entities: one credit code, one name at a time, former names kept with their last day."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.scope import SYSTEM, Scope, scoped
from examops.organisations.entities import entity_of, former_names, new_body, rename
from examops.organisations.invariants import entities_named_twice
from examops.organisations.models import Body, FormerName, LegalEntity
from examops.organisations.tags import Tag
from tests.factories import Factory

pytestmark = pytest.mark.postgres
CITY = Actor.system("city")
OLD, NEW = "佛山市顺德区旧名电器有限公司", "佛山市顺德区新名电器有限公司"


@pytest.fixture
def body(make: Factory) -> Body:
    return make.body(name=OLD)


@pytest.fixture
def entity(body: Body) -> LegalEntity:
    return db.session.get_one(LegalEntity, body.legal_entity_id)


def test_a_body_reads_its_credit_code_from_its_entity(body: Body, entity: LegalEntity) -> None:
    assert body.credit_code == entity.credit_code
    found = db.session.execute(select(Body).where(Body.credit_code == entity.credit_code)).scalar_one()
    assert found.id == body.id
    assert entity_of(entity.credit_code, "别的名字", "440604").id == entity.id


def test_an_entity_may_be_two_bodies_but_each_kind_once(make: Factory, entity: LegalEntity) -> None:
    told = {"credit_code": entity.credit_code, "name": OLD, "district": "440606"}
    college = make.save(new_body(**told, kind="college", short_name="学院"))

    assert (college.legal_entity_id, college.name) == (entity.id, OLD)
    with pytest.raises(IntegrityError, match="uq_body_legal_entity_id_kind"):
        make.save(new_body(**told, kind="college", short_name="又一个"))


def test_a_rename_keeps_the_former_name_and_reaches_every_body(
    make: Factory, entity: LegalEntity, clock: FixedClock
) -> None:
    told = {"credit_code": entity.credit_code, "name": OLD, "district": "440606"}
    make.save(new_body(**told, kind="college", short_name="学院"))

    rename(entity, NEW, date(2026, 11, 20), "佛市监〔2026〕1号", actor=CITY, clock=clock)
    db.session.commit()

    (former,) = former_names(entity.id)
    assert (former.name, former.until_on, former.document_number) == (OLD, date(2026, 11, 20), "佛市监〔2026〕1号")
    names = db.session.execute(select(Body.name).where(Body.legal_entity_id == entity.id)).scalars().all()
    assert [entity.name, *names] == [NEW, NEW, NEW]
    entries = db.session.execute(select(AuditEntry).where(AuditEntry.tag == Tag.ENTITY_RENAMED)).scalars().all()
    assert [(one.payload["before"], one.payload["after"]) for one in entries] == [(OLD, NEW), (OLD, NEW)]
    assert entities_named_twice(clock) == []


@pytest.mark.parametrize(
    ("name", "last_day", "words"),
    [
        (OLD, date(2026, 11, 20), "新名称和现在的名称相同"),
        (NEW, date(2100, 1, 1), "原名称的最后一天要在今天之前"),
        (NEW, date(2020, 6, 30), "2020-06-30 之前用的是更早的名称"),
    ],
)
def test_a_rename_that_cannot_be_is_refused_with_what_to_do(
    make: Factory, entity: LegalEntity, clock: FixedClock, name: str, last_day: date, words: str
) -> None:
    told = {"document_number": "", "changed_by_name": "市"}
    make.save(FormerName(legal_entity_id=entity.id, name="更早的名称", until_on=date(2020, 6, 30), **told))

    with pytest.raises(Invalid) as refused:
        rename(entity, name, last_day, "", actor=CITY, clock=clock)
    assert words in str(refused.value.words)
    assert str(refused.value.next_step)


def test_a_former_name_is_only_added(make: Factory, entity: LegalEntity, clock: FixedClock) -> None:
    rename(entity, NEW, date(2026, 11, 20), "", actor=CITY, clock=clock)
    db.session.commit()
    (former,) = former_names(entity.id)
    former.name = "改写"

    with pytest.raises(Exception, match="permission denied for table former_name"):
        db.session.flush()


def test_check_finds_a_body_of_another_name_a_name_that_lasts_and_a_circle(
    make: Factory, body: Body, entity: LegalEntity, clock: FixedClock
) -> None:
    other = db.session.get_one(LegalEntity, make.body().legal_entity_id)
    make.run_as_owner("UPDATE body SET name = '别名' WHERE id = :id", id=body.id)
    link = "UPDATE legal_entity SET parent_id = :parent, relation = 'branch' WHERE id = :id"
    make.run_as_owner(link, parent=other.id, id=entity.id)
    make.run_as_owner(link, parent=entity.id, id=other.id)
    told = {"document_number": "", "changed_by_name": "市"}
    make.save(FormerName(legal_entity_id=entity.id, name="还在用", until_on=date(2100, 1, 1), **told))
    db.session.expire_all()

    assert entities_named_twice(clock) == [
        f"机构“别名”和所属单位“{OLD}”名称不同：更名只在单位页上办",
        "曾用名“还在用”用到 2100-01-01，这一天还没有过去",
        *(f"单位“{name}”是自己的上级" for name in sorted([entity.name, other.name])),
    ]


def test_an_entity_is_seen_where_one_of_its_bodies_or_its_district_is(make: Factory, body: Body) -> None:
    other = make.body(district="440604")
    seen = select(LegalEntity.id).order_by(LegalEntity.id)
    own, foreign = body.legal_entity_id, other.legal_entity_id

    for scope, expected in (
        (Scope(bodies=(body.id,)), [own]),
        (Scope(districts=("440604",)), [foreign]),
        (SYSTEM, sorted([own, foreign])),
        (Scope(), []),
    ):
        db.session.rollback()
        with scoped(scope):
            assert list(db.session.execute(seen).scalars()) == expected
