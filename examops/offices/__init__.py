"""Offices: who sits in one, who heads it, who acts for whom while somebody is away, and how people are reached.

An office is a role and a district (none: the city's). What a person may do stands in their grants; a deputy needs the
same grant, so nobody gains a right by acting for somebody.
"""

from examops.core.domain import Domain
from examops.offices.contacts import (
    Recipient,
    Told,
    Words,
    addresses,
    checked,
    contact_of,
    people_of_body,
    recipients,
    save_contact,
    tell,
)
from examops.offices.deputies import (
    Hand,
    NotDeputy,
    Represented,
    acting_for,
    deputies_of,
    represented_by,
    signed_by,
)
from examops.offices.members import Member, Office, heads_of, is_head, is_member, members_of, offices_of

__all__ = [
    "DOMAIN",
    "Hand",
    "Member",
    "NotDeputy",
    "Office",
    "Recipient",
    "Represented",
    "Told",
    "Words",
    "acting_for",
    "addresses",
    "checked",
    "contact_of",
    "deputies_of",
    "heads_of",
    "is_head",
    "is_member",
    "members_of",
    "offices_of",
    "people_of_body",
    "recipients",
    "represented_by",
    "save_contact",
    "signed_by",
    "tell",
]

DOMAIN = Domain(
    "examops.offices",
    models=("models",),
    pages=("pages:bp",),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
    invariants="invariants:INVARIANTS",
)
