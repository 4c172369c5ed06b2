"""Events that the log keeps of the demo: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    SEEDED = "system:seeded"


TAG_LABELS: dict[str, str] = {
    Tag.SEEDED: N_("演示数据"),
}
