"""Events that the log keeps of notices. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    GIVEN_UP = "notice:given_up"
    TRIED_AGAIN = "notice:tried_again"


TAG_LABELS: dict[str, str] = {Tag.GIVEN_UP: N_("通知发不出，已放弃"), Tag.TRIED_AGAIN: N_("通知再试")}
DETAIL_LABELS: dict[str, str] = {"notice": N_("通知"), "attempts": N_("试过")}
