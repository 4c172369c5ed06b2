"""What the page of devices reads from forms and addresses."""

from __future__ import annotations

from examops.core.language import N_
from examops.sites.device_list import KINDS
from examops.web.api import LenientSchema
from examops.web.inputs import OneOf, Uid


class CodeSchema(LenientSchema):
    kind = OneOf(KINDS, required=True, fault=N_("没有这种设备"))
    site = Uid(required=True, fault=N_("请选考点"))
