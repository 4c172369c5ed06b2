"""The page of one legal entity: what it is, its bodies and who files for each, its former names, and the forms."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g, make_response, render_template
from flask.typing import ResponseReturnValue

from examops.accounts import REGISTRARS, CoordinatorLine, coordinators_of, may_be_invited
from examops.catalogue import district_name
from examops.core.clock import today
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.offices import contact_of
from examops.organisations.bars import bar_of
from examops.organisations.blueprint import RENAMERS
from examops.organisations.correcting import rests_on_nothing, seen_of
from examops.organisations.entities import Standing, former_names
from examops.organisations.inputs import OF_THE_CITY
from examops.organisations.labels import INDUSTRIES, RELATIONS
from examops.organisations.listing import bodies_of
from examops.organisations.models import Body, LegalEntity
from examops.web.inputs import InvalidInput


@dataclass(frozen=True)
class BodyLine:
    """A body with its coordinators; ``form`` is what the form of its invitation holds, None where there is none."""

    body: Body
    people: list[CoordinatorLine]
    form: dict[str, str] | None


def entity_page(
    entity: LegalEntity,
    form: Mapping[str, Any] | None = None,
    refused: DomainError | None = None,
    made: dict[str, Any] | None = None,
) -> ResponseReturnValue:
    """``made``: what an invitation answered, whose link is shown this once."""
    faults = refused.faults if isinstance(refused, InvalidInput) else {}
    now = Standing.of(entity)
    kept = {"district": now.district, "industry": now.industry, "relation": now.relation, "seen": now.mark}
    kept |= {"parent": now.parent.credit_code if now.parent else "", "representative": now.representative}
    kept |= {"code": entity.credit_code, "correct_name": entity.name}
    day, is_registrar = (today(clock()) - timedelta(days=1)).isoformat(), g.role in REGISTRARS
    page = make_response(
        render_template(
            "organisations/entity.html",
            entity=entity,
            bar=bar_of(entity.id, today(clock())),
            parent=now.parent,
            districts=[(code, _(district_name(code))) for code in OF_THE_CITY],
            industries=[("", _("没有填"))] + [(key, _(word)) for key, word in INDUSTRIES.items()],
            relations=[("", _("没有上级"))] + [(key, _(word)) for key, word in RELATIONS.items()],
            lines=[_line(body, form or {}, is_registrar) for body in bodies_of([entity])[entity.id]],
            former=former_names(entity.id),
            form={"last_day": day, **kept, **(form or {})},
            faults=faults,
            refused=None if faults else refused,
            may_rename=g.role in RENAMERS,
            may_correct=is_registrar and rests_on_nothing(entity),
            code_seen=seen_of(entity),
            made=made,
        ),
        refused.status if refused else 200,
    )
    if made:
        page.headers["Cache-Control"] = "no-store"  # a link must not come back with the browser's back button
    return page


def _line(body: Body, typed: Mapping[str, Any], is_registrar: bool) -> BodyLine:
    people = coordinators_of(body.id, clock().now())
    if not is_registrar or not may_be_invited(people):
        return BodyLine(body, people, None)
    form = {"person": "", "login": "", "mobile": "", "email": "", "once": str(uuid.uuid4())}
    if people:
        user, contact = people[-1].user, contact_of(people[-1].user.id)
        form |= {"person": user.name, "login": user.login}
        form |= {"mobile": contact.mobile, "email": contact.email} if contact else {}
    if typed.get("body") == str(body.uid):
        form |= {name: typed[name] for name in form if name in typed and name != "once"}
    return BodyLine(body, people, form)
