"""What is read to take something out of service, from the form and over the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from marshmallow import validates_schema
from sqlalchemy.dialects.postgresql import Range

from examops.accounts import ActiveGrant
from examops.checkin.outage_things import chosen_things
from examops.core.language import N_
from examops.sessions.outages import TakeOut
from examops.web.api import LenientSchema
from examops.web.inputs import ListOf, Moment, ShortText, Uid, input_fault

MAX_TOGETHER = 200


class TakeOutSchema(LenientSchema):
    """``seen``: of the preview that was confirmed."""

    things_named: ClassVar = "station"

    station = ListOf(Uid(), most=MAX_TOGETHER, fault=N_("工位不对"))
    camera = ListOf(Uid(), most=MAX_TOGETHER, fault=N_("摄像机不对"))
    since = Moment(local=True, label=N_("停用起"))
    until = Moment(local=True, label=N_("停用到"))
    reason = ShortText(200, required=True, label=N_("原因"))
    seen = ShortText(64)

    @validates_schema(skip_on_field_errors=False)
    def something_and_in_order(self, values: dict[str, Any], **options: Any) -> None:
        if values.get("station") == values.get("camera") == []:  # both were read, and name nothing
            raise input_fault(N_("没有选工位或摄像机"), self.things_named)
        since, until = values.get("since"), values.get("until")
        if since and until and until <= since:
            raise input_fault(N_("停用到须晚于停用起"), "until")


class ApiTakeOutSchema(TakeOutSchema):
    """Moments with their offset: a program's clock may stand anywhere."""

    things_named = "stations"
    station = ListOf(
        Uid(), most=MAX_TOGETHER, data_key="stations", label=N_("工位"), metadata={"description": "Workstations by uid"}
    )
    camera = ListOf(
        Uid(), most=MAX_TOGETHER, data_key="cameras", label=N_("摄像机"), metadata={"description": "Cameras by uid"}
    )
    since = Moment(label=N_("停用起"), metadata={"description": "From now on when left out or over"})
    until = Moment(label=N_("停用到"), metadata={"description": "Until it is put back when left out"})
    seen = ShortText(64, metadata={"description": "Of the refusal `outage.breaks`, when what it breaks is accepted"})


def asked_for(given: dict[str, Any], grants: Iterable[ActiveGrant], now: datetime) -> TakeOut:
    """From now on at the earliest: what is over cannot be taken out of service any more."""
    stations, cameras = chosen_things(grants, given["station"], given["camera"])
    since = max(given["since"] or now, now)
    if given["until"] and given["until"] <= since:
        given["until"] = since + timedelta(minutes=1)
    return TakeOut(stations, cameras, Range(since, given["until"]), given["reason"])
