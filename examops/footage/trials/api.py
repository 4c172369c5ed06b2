"""``/api/v1``: a fitness trial of a camera is asked for, run by a recorder of its site, and read, as on its pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from flask import url_for
from marshmallow import Schema, fields, validate

from config.rulebook import rulebook
from examops.accounts import REGULATORS, current_actor, done_once, guarded, roles_only
from examops.audit import record_access
from examops.core.extensions import clock, store
from examops.core.transaction import transaction
from examops.footage.trials.asking import ask_for_trials
from examops.footage.trials.finding import standing_camera, trial_by_uid
from examops.footage.trials.models import STATES, FitnessTrial
from examops.footage.wording import trial_cause
from examops.sites import Tag
from examops.web.api import IdempotencySchema, JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("trials_api", __name__, url_prefix="/api/v1", description="Fitness trials of cameras"),
        roles_only("coordinator", *REGULATORS),
    ),
)
URL_LIVES = timedelta(minutes=20)
STATE_IS_THERE = {"Location": {"description": "Where its state is told", "schema": {"type": "string"}}}


class TrialAskedSchema(Schema):
    uid = fields.UUID(required=True)
    number = fields.Str(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(STATES))
    address = fields.Str(required=True, metadata={"description": "Ask there until the state is another"})


class TrialLineSchema(Schema):
    rule = fields.Str(required=True)
    outcome = fields.Str(required=True, validate=validate.OneOf(("pass", "fail", "unclear")))
    word = fields.Str(required=True)
    found = fields.Str(required=True)
    limit = fields.Str(required=True)
    clause = fields.Str(required=True)
    advice = fields.Str(required=True)
    is_provisional = fields.Bool(required=True)


class TrialSchema(TrialAskedSchema):
    camera_uid = fields.UUID(required=True)
    asked_by = fields.Str(required=True)
    asked_at = fields.AwareDateTime(required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    cause = fields.Str(required=True, metadata={"description": "Why it could not be run; else empty"})
    lines = fields.List(fields.Nested(TrialLineSchema), required=True, metadata={"description": "By rule, once ended"})
    still = fields.Str(required=True, metadata={"description": "A picture, for 20 minutes; empty: none came"})


@bp.post("/cameras/<uuid:camera_uid>/trials")
@bp.arguments(IdempotencySchema, location="headers")
@bp.writes(TrialAskedSchema, 404, 409, status=202, headers=STATE_IS_THERE)
def ask_for_trial(once: dict[str, str], camera_uid: UUID) -> Any:
    """Ask for a trial; a recorder of the site takes it within minutes. One under way is 409 `trial.already_asked`."""

    def ask(camera: Any) -> dict[str, Any]:
        (trial,) = ask_for_trials([camera], actor=current_actor(), clock=clock(), rules=rulebook())
        return {**_asked(trial), "uid": str(trial.uid)}

    asked = done_once(once["key"], {}, lambda: standing_camera(camera_uid), ask)
    return asked, {"Location": asked["address"]}


@bp.get("/trials/<uuid:trial_uid>")
@bp.reads(TrialSchema, 404)
def one_trial(trial_uid: UUID) -> dict[str, Any]:
    """How far a trial has come, and what each rule says of what the recorder measured."""
    with transaction():
        row = trial_by_uid(trial_uid)
        record_access(Tag.CAMERA_VIEWED, current_actor(), row.Camera, clock=clock(), words=row.Camera.label)
        return _whole(row.FitnessTrial, row.Camera.uid)


def _asked(trial: FitnessTrial) -> dict[str, Any]:
    address = url_for("trials_api.one_trial", trial_uid=trial.uid)
    return {"uid": trial.uid, "number": trial.number, "state": trial.state, "address": address}


def _whole(trial: FitnessTrial, camera_uid: UUID) -> dict[str, Any]:
    names, key = ("asked_by", "asked_at", "started_at", "ended_at"), trial.still_key
    return (
        _asked(trial)
        | {name: getattr(trial, name) for name in names}
        | {
            "camera_uid": camera_uid,
            "cause": str(trial_cause(trial.cause)) if trial.cause else "",
            "lines": [_line(one) for one in trial.lines],
            "still": store().read_url("derived", key, URL_LIVES, content_type="image/jpeg") if key else "",
        }
    )


def _line(one: dict[str, Any]) -> dict[str, Any]:
    words = {name: str(one[name]) for name in ("found", "limit", "advice")}
    cited = {"word": str(one["clause"]), "clause": one["cited"], "is_provisional": one["is_provisional"]}
    return {"rule": one["rule"], "outcome": one["outcome"]} | words | cited
