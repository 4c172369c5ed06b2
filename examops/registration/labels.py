"""How the columns of a roster were recognised: (class of the mark, word)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_
from examops.registration.answered_names import FILTERS as ANSWERED
from examops.web.labels import marked

COLUMNS_READ = {
    "header": ("done", N_("按列名认出")),
    "content": ("look", N_("按内容猜的，请看一眼")),
    "remembered": ("done", N_("和上次一样")),
    "chosen": ("done", N_("您选的")),
}

FILTERS: dict[str, Callable[..., Any]] = {
    **ANSWERED,
    "column_read": marked(COLUMNS_READ, ("wait", N_("没有认出"))),
}
