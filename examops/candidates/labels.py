"""What applications, spells of work, certificates and their sources are called. Marks are (class, word)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_
from examops.web.labels import labelled, marked

APPLICATION_STATES = {
    "draft": ("look", N_("材料未齐")),
    "accepted": ("done", N_("已报名")),
    "refused": ("stop", N_("未通过")),
    "withdrawn": ("off", N_("已撤回")),
    "completed": ("done", N_("已考完")),
}
SOURCES = {
    "typed": ("look", N_("表中填报，未见原件")),
    "document": ("done", N_("见过原件")),
    "official": ("done", N_("官方数据")),
}
EMPLOYMENT_KINDS = {"own": N_("本单位"), "agency": N_("劳务派遣")}
CREDENTIAL_KINDS = {
    "certificate": N_("证书"),
    "graduation": N_("毕业"),
    "enrolment": N_("在读"),
    "apprenticeship": N_("学徒"),
}

FILTERS: dict[str, Callable[..., Any]] = {
    "application_state": marked(APPLICATION_STATES),
    "evidence_source": marked(SOURCES),
    "employment_kind": labelled(EMPLOYMENT_KINDS),
    "credential_kind": labelled(CREDENTIAL_KINDS),
}
