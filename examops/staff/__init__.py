"""Everybody on duty: who they are whatever the body, what they are, when they can come, and recusal relations."""

from examops.core.domain import Domain
from examops.staff.availability import Saying, days_around, in_the_way, said_around
from examops.staff.cards import EXAMINERS, CardFacts, cards_of_members, counts_for
from examops.staff.city import CityEntry, add_city_person, change_city_person, city_person_by_uid, end_city_person
from examops.staff.city_reasons import (
    RULE,
    Declared,
    binding_recusals,
    city_availability,
    city_not_free,
    declare_recusal,
    own_city_persons,
    recusals_of,
    state_city_availability,
    withdraw_reason,
)
from examops.staff.inputs import AvailabilitySchema, stated
from examops.staff.labels import (
    CARD_KINDS,
    CARD_STATES,
    CITY_KINDS,
    CITY_RELATIONS,
    COMPUTED_RELATIONS,
    DUTIES,
    RELATION_SOURCES,
    RELATIONS,
)
from examops.staff.persons import busy_staff

__all__ = [
    "CARD_KINDS",
    "CARD_STATES",
    "CITY_KINDS",
    "CITY_RELATIONS",
    "COMPUTED_RELATIONS",
    "DOMAIN",
    "DUTIES",
    "EXAMINERS",
    "RELATIONS",
    "RELATION_SOURCES",
    "RULE",
    "AvailabilitySchema",
    "CardFacts",
    "CityEntry",
    "Declared",
    "Saying",
    "add_city_person",
    "binding_recusals",
    "busy_staff",
    "cards_of_members",
    "change_city_person",
    "city_availability",
    "city_not_free",
    "city_person_by_uid",
    "counts_for",
    "days_around",
    "declare_recusal",
    "end_city_person",
    "in_the_way",
    "own_city_persons",
    "recusals_of",
    "said_around",
    "state_city_availability",
    "stated",
    "withdraw_reason",
]

DOMAIN = Domain(
    "examops.staff",
    models=("models",),
    pages=("pages:bp", "own_pages:bp", "link_pages:bp"),
    apis=("api_writes:bp", "link_api:bp"),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
)
