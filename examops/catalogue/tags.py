"""Events that the log keeps of the catalogue: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    CATALOGUE_DECIDED = "catalogue:decided"
    CATALOGUE_IMPORTED = "catalogue:imported"


TAG_LABELS: dict[str, str] = {
    Tag.CATALOGUE_DECIDED: N_("职业目录：作地方决定"),
    Tag.CATALOGUE_IMPORTED: N_("职业目录：导入文件"),
}
DETAIL_LABELS: dict[str, str] = {
    "value_key": N_("项目"),
    "document_number": N_("文号"),
    "valid_from": N_("生效日期"),
    "valid_until": N_("失效日期"),
    "sha256": "SHA-256",
}
