"""States of a filing, the transitions between them, and whose clock runs in each."""

from __future__ import annotations

from enum import StrEnum


class FilingState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DISTRICT_REVIEWED = "district_reviewed"
    FILED = "filed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


S = FilingState
FILING_TRANSITIONS: dict[FilingState, set[FilingState]] = {
    S.DRAFT: {S.SUBMITTED, S.WITHDRAWN},
    S.SUBMITTED: {S.RETURNED, S.DISTRICT_REVIEWED, S.WITHDRAWN},
    S.RETURNED: {S.SUBMITTED, S.WITHDRAWN},
    S.DISTRICT_REVIEWED: {S.RETURNED, S.FILED, S.REFUSED},
}
OPEN_STATES = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.DISTRICT_REVIEWED)
EDITABLE = (S.DRAFT, S.RETURNED)
DECIDED = (S.FILED, S.REFUSED)
# State → who must act, and the rule that says within how many working days. A draft has no clock.
CLOCKS: dict[FilingState, tuple[str, str]] = {
    S.SUBMITTED: ("district_bureau", "filing.district_review_working_days"),
    S.DISTRICT_REVIEWED: ("city_bureau", "filing.city_decision_working_days"),
    S.RETURNED: ("coordinator", "filing.resubmit_working_days"),
}
OFFICES_OF_CLOCKS = ("district_bureau", "city_bureau")
