"""What the states of a deputy are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_
from examops.web.labels import marked

STATES = {
    "now": ("act", N_("代理中")),
    "later": ("wait", N_("还没开始")),
    "over": ("off", N_("已到期")),
    "revoked": ("off", N_("已收回")),
}
FILTERS: dict[str, Callable[..., Any]] = {"deputy_state": marked(STATES)}
