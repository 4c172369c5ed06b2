"""Recorder protocol v1: what a site box asks and tells. Every call may be repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from config.rulebook import rulebook
from examops.accounts import Identity, count_pairing, guarded, identify, pair
from examops.core.database import db
from examops.core.errors import Invalid, NotFound
from examops.core.extensions import clock, store
from examops.core.language import N_
from examops.core.scope import SYSTEM, Scope, set_scope
from examops.core.transaction import transaction
from examops.footage.archive import gap_reports, segments
from examops.footage.archive.intervals import Span
from examops.footage.cameras import states as camera_states
from examops.footage.models import Arming
from examops.footage.pictures import snapshots
from examops.footage.recorders.plan import plan_of
from examops.footage.recorders.schemas import (
    AnnounceSchema,
    ConfirmSchema,
    GapResultsSchema,
    GapsSchema,
    HealthSchema,
    PairedSchema,
    PairSchema,
    PlanSchema,
    ReceiptsSchema,
    SnapshotHeaderSchema,
    WantedSchema,
)
from examops.sites.models import Camera, Room, Site
from examops.web.api import DEVICE, NOBODY, JsonBlueprint

F = TypeVar("F", bound=Callable[..., Any])
LARGEST_SNAPSHOT = 2 * 1024 * 1024


def device_guard() -> None:
    """Only a paired recorder passes, and it sees its own body's rows only. Pairing itself brings its code."""
    if request.endpoint == "recorder.pair":
        return
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    with transaction(SYSTEM):
        g.device = identify(token if kind.lower() == "bearer" else "", "recorder", clock=clock())
    set_scope(Scope(bodies=(g.device.body_id,)))


device_guard.is_guard = True  # type: ignore[attr-defined]
bp = cast(
    JsonBlueprint, guarded(JsonBlueprint("recorder", __name__, url_prefix="/api/v1/recorder"), device_guard)
)  # smorest's blueprint is a Flask blueprint


def told(schema: type[Schema], security: list[dict[str, list[str]]] = DEVICE) -> Callable[[F], F]:
    """Describes an answer in the document; what is sent stays as it is."""
    answer = {"description": "OK", "content": {"application/json": {"schema": schema}}}
    return cast("Callable[[F], F]", bp.doc(responses={"200": answer}, security=security))


def device() -> Identity:
    return cast(Identity, g.device)


@bp.post("/pair", endpoint="pair")
@told(PairedSchema, NOBODY)
@bp.arguments(PairSchema)
def pair_box(body: dict[str, Any]) -> ResponseReturnValue:
    with transaction(SYSTEM):
        count_pairing(request.remote_addr or "", clock())
    with transaction(SYSTEM):
        box, token = pair(body["code"], body["name"], "recorder", body["public_key"], clock=clock())
        site = db.session.get_one(Site, box.site_id)
        return {
            "device_uid": str(box.uid),
            "token": token,
            "site_uid": str(site.uid),
            "site_name": site.name,
        }


@bp.get("/plan")
@told(PlanSchema)
def plan() -> ResponseReturnValue:
    with transaction():
        return plan_of(device(), rulebook(), clock())


@bp.post("/segments/announce")
@told(ReceiptsSchema)
@bp.arguments(AnnounceSchema)
def announce(body: dict[str, Any]) -> ResponseReturnValue:
    with transaction():
        return {
            "results": [
                segments.announce(raw, device=device(), store=store(), clock=clock()) for raw in body["segments"]
            ]
        }


@bp.post("/segments/confirm")
@told(ReceiptsSchema)
@bp.arguments(ConfirmSchema)
def confirm(body: dict[str, Any]) -> ResponseReturnValue:
    return {"results": [_confirm_one(item["segment_uid"], item["version_id"]) for item in body["segments"]]}


def _confirm_one(uid: UUID, version_id: str) -> dict[str, Any]:
    """The store is asked outside of any transaction; the row is locked only to write down the decision."""
    with transaction():
        segment = segments.segment_of_site(uid, device())
        key, is_open = segment.object_key, segment.state == "announced"
    head = segments.inspect(store(), key, version_id) if is_open else None
    with transaction():
        segment = segments.segment_of_site(uid, device(), locked=True)
        error = segments.settle(segment, head, device=device(), clock=clock())
        return segments.answer(segment, store(), error)


@bp.post("/gaps")
@told(GapResultsSchema)
@bp.arguments(GapsSchema)
def report_gaps(body: dict[str, Any]) -> ResponseReturnValue:
    with transaction():
        return {"results": [_report_gap(gap) for gap in body["gaps"]]}


def _report_gap(gap: dict[str, Any]) -> dict[str, Any]:
    if gap["end"] <= gap["start"]:
        return {"gap_uid": str(gap["gap_uid"]), "state": "refused"}
    arming = _arming_of(gap["arming_uid"], gap["camera_uid"])
    if arming is None:
        return {"gap_uid": str(gap["gap_uid"]), "state": "not_found"}
    span = Span(gap["start"], gap["end"])
    state = gap_reports.report_gap(arming, gap["gap_uid"], span, gap["reason"], gap["detail"], clock())
    return {"gap_uid": str(gap["gap_uid"]), "state": state}


def _arming_of(uid: UUID, camera_uid: UUID) -> Arming | None:
    query = (
        db.select(Arming)
        .join(Camera, Camera.id == Arming.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .where(Arming.uid == uid, Camera.uid == camera_uid, Room.site_id == device().site_id)
    )
    return db.session.execute(query).scalar_one_or_none()


@bp.post("/health")
@told(WantedSchema)
@bp.arguments(HealthSchema)
def health(body: dict[str, Any]) -> ResponseReturnValue:
    with transaction():
        cameras = camera_states.cameras_of(device())
        by_uid = {camera.uid: camera for camera in cameras}
        for word in sorted(body["cameras"], key=lambda word: str(word["camera_uid"])):
            if word["camera_uid"] not in by_uid:
                raise NotFound(N_("没有这台摄像机"), camera_uid=str(word["camera_uid"]))
            camera_states.report_state(by_uid[word["camera_uid"]], word, rulebook(), clock())
        fill = (body["spool"] or {}).get("disk_fill_percent")
        if fill is not None:
            camera_states.report_spool(cameras, fill, rulebook(), clock())
        camera_states.report_faults(cameras, (body["spool"] or {}).get("faults") or [], clock())
        return {"snapshots": [str(uid) for uid in camera_states.wanted_snapshots(cameras, rulebook(), clock())]}


@bp.post("/snapshot/<uuid:camera_uid>")
@bp.doc(
    security=DEVICE,
    requestBody={"required": True, "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}},
    responses={"204": {"description": "Taken"}},
)
@bp.arguments(SnapshotHeaderSchema, location="headers")
def snapshot(header: dict[str, Any], camera_uid: UUID) -> ResponseReturnValue:
    jpeg = request.get_data(cache=False)
    if not jpeg.startswith(b"\xff\xd8") or len(jpeg) > LARGEST_SNAPSHOT:
        raise Invalid(N_("快照必须是不超过 2 MB 的 JPEG"))
    taken_at = min(header["taken_at"], clock().now())
    with transaction():
        camera = camera_states.camera_of(device(), camera_uid)
        before = snapshots.situation(camera, taken_at)
    judged = snapshots.store_and_judge(
        camera, jpeg, taken_at, before, store=store(), rulebook=rulebook(), clock=clock()
    )
    with transaction():
        snapshots.note(camera, taken_at, before, judged, rulebook=rulebook(), clock=clock())
    return "", 204
