"""States of applications, and the transitions between them."""

from __future__ import annotations

from enum import StrEnum


class ApplicationState(StrEnum):
    DRAFT = "draft"  # facts are missing or a clause fails
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


LIVE_APPLICATION = (ApplicationState.DRAFT, ApplicationState.ACCEPTED)

A = ApplicationState

APPLICATION_TRANSITIONS: dict[ApplicationState, set[ApplicationState]] = {
    A.DRAFT: {A.ACCEPTED, A.REFUSED, A.WITHDRAWN},
    A.ACCEPTED: {A.COMPLETED, A.WITHDRAWN, A.DRAFT},
}
# Values of the catalogue that a body's own specification says itself: of a batch that took one they do not count.
SPECIFIED_VALUES = ("parts", "theory_minutes", "skill_minutes", "review_minutes")
