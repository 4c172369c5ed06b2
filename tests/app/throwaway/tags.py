"""Events of lost items in the log, and what their details are called."""

from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    ITEM_GIVEN_UP = "lost_item:given_up"


TAG_LABELS: dict[str, str] = {Tag.ITEM_GIVEN_UP: "失物转交"}
DETAIL_LABELS = {"kept_days": "保管天数"}
