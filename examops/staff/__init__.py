"""Everybody on duty: who they are whatever the body, what they are, when they can come, and recusal relations."""

from examops.core.domain import Domain
from examops.staff.availability import Saying, days_around, in_the_way, said_around
from examops.staff.cards import EXAMINERS, CardFacts, cards_of_members, counts_for
from examops.staff.city import CityEntry, add_city_person, change_city_person, city_person_by_uid, end_city_person
from examops.staff.labels import CARD_KINDS, CITY_KINDS, RELATIONS

__all__ = [
    "CARD_KINDS",
    "CITY_KINDS",
    "DOMAIN",
    "EXAMINERS",
    "RELATIONS",
    "CardFacts",
    "CityEntry",
    "Saying",
    "add_city_person",
    "cards_of_members",
    "change_city_person",
    "city_person_by_uid",
    "counts_for",
    "days_around",
    "end_city_person",
    "in_the_way",
    "said_around",
]

DOMAIN = Domain(
    "examops.staff",
    models=("models",),
    pages=("pages:bp", "own_pages:bp"),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
)
