"""Events that the log keeps of notices. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    GIVEN_UP = "notice:given_up"
    EXPIRED = "notice:expired"
    TRIED_AGAIN = "notice:tried_again"
    TOLD = "notice:told_another_way"
    ADDRESS_CORRECTED = "notice:address_corrected"


TAG_LABELS: dict[str, str] = {
    Tag.GIVEN_UP: N_("通知发不出，已放弃"),
    Tag.EXPIRED: N_("通知过期未发"),
    Tag.TRIED_AGAIN: N_("通知再试"),
    Tag.TOLD: N_("通知已用别的办法告知"),
    Tag.ADDRESS_CORRECTED: N_("通知改了地址另发"),
}
DETAIL_LABELS: dict[str, str] = {
    "notice": N_("通知"),
    "attempts": N_("试过"),
    "told_how": N_("怎样告知"),
    "told_whom": N_("告知了谁"),
    "told_on": N_("哪一天"),
}
