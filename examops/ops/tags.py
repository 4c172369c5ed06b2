"""Events that the log keeps of the installation: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    SETUP_APPLIED = "setup:applied"
    KEY_CHANGED = "secret_key:changed"


TAG_LABELS: dict[str, str] = {
    Tag.SETUP_APPLIED: N_("录入基础资料"),
    Tag.KEY_CHANGED: N_("换完系统密钥"),
}
