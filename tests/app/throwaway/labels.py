"""What the states are called: (class of the mark, word)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.web.labels import marked

ITEM_STATES = {"kept": ("wait", "待认领"), "claimed": ("done", "已领回"), "given_up": ("off", "已转交")}
FILTERS: dict[str, Callable[..., Any]] = {"lost_item_state": marked(ITEM_STATES)}
