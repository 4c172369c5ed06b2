"""Recorder protocol v1: taking a fitness trial, its pictures, its result. Every call may be repeated."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.core.errors import Invalid
from examops.core.extensions import clock, store
from examops.core.language import N_
from examops.core.transaction import transaction
from examops.footage.recorders.api import LARGEST_SNAPSHOT, bp, device
from examops.footage.recorders.trial_schemas import TrialBeginSchema, TrialPictureHeaderSchema, TrialResultSchema
from examops.footage.trials.asking import begin_trial
from examops.footage.trials.reporting import (
    keys_of,
    may_add,
    note_failure,
    note_picture,
    note_result,
    picture_key,
    pictures_of,
)
from examops.web.api import DEVICE

__all__ = ["bp"]
TAKEN = {"204": {"description": "Taken"}}


@bp.post("/trials/<uuid:trial_uid>/begin")
@bp.doc(security=DEVICE, responses=TAKEN)
@bp.arguments(TrialBeginSchema)
def begin(body: dict[str, Any], trial_uid: UUID) -> ResponseReturnValue:
    with transaction():
        begin_trial(trial_uid, body["run_uid"], device(), clock())
    return "", 204


@bp.post("/trials/<uuid:trial_uid>/pictures")
@bp.doc(
    security=DEVICE,
    requestBody={"required": True, "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}},
    responses=TAKEN,
)
@bp.arguments(TrialPictureHeaderSchema, location="headers")
def trial_picture(header: dict[str, Any], trial_uid: UUID) -> ResponseReturnValue:
    jpeg = request.get_data(cache=False)
    if not jpeg.startswith(b"\xff\xd8") or len(jpeg) > LARGEST_SNAPSHOT:
        raise Invalid(N_("画面须为不超过 2 MB 的 JPEG"))
    run_uid, key = header["run_uid"], picture_key(trial_uid, header["run_uid"], header["number"])
    with transaction():
        may_add(trial_uid, run_uid, jpeg, device())
    store().put("derived", key, jpeg, "image/jpeg")
    with transaction():
        note_picture(trial_uid, run_uid, key, device())
    return "", 204


@bp.post("/trials/<uuid:trial_uid>/result")
@bp.doc(security=DEVICE, responses=TAKEN)
@bp.arguments(TrialResultSchema)
def trial_result(body: dict[str, Any], trial_uid: UUID) -> ResponseReturnValue:
    run_uid, measures = body["run_uid"], body["measures"]
    if body["state"] != "done" or measures is None:
        with transaction():
            note_failure(trial_uid, run_uid, body["cause"] or "no_picture", device(), clock())
        return "", 204
    with transaction():
        keys = keys_of(trial_uid, run_uid, device())
    pictures = pictures_of(keys, store())
    with transaction():
        note_result(trial_uid, run_uid, measures, pictures, device(), rulebook(), clock())
    return "", 204
