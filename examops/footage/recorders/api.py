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
from examops.core.extensions import clock, keyring, store
from examops.core.language import N_
from examops.core.scope import SYSTEM, Scope, set_scope
from examops.core.transaction import transaction
from examops.footage.archive import gap_reports, segments, verification
from examops.footage.archive.intervals import Span
from examops.footage.cameras import states as camera_states
from examops.footage.models import Arming
from examops.footage.pictures import snapshots
from examops.footage.recorders.batches import each, uid_of
from examops.footage.recorders.plan import plan_of
from examops.footage.recorders.schemas import (
    AnnounceSchema,
    CameraWordSchema,
    ConfirmedSchema,
    ConfirmSchema,
    GapResultsSchema,
    GapSchema,
    GapsSchema,
    HealthSchema,
    PairedSchema,
    PairSchema,
    PlanSchema,
    ReceiptsSchema,
    SnapshotHeaderSchema,
    WantedSchema,
)
from examops.sites import guests_of
from examops.sites.models import Camera, Room, Site
from examops.web.api import DEVICE, NOBODY, JsonBlueprint
from examops.web.inputs import InvalidInput, read

F = TypeVar("F", bound=Callable[..., Any])
LARGEST_SNAPSHOT = 2 * 1024 * 1024


def device_guard() -> None:
    """Only a paired recorder passes, and it sees rows of its body, and of those its site is lent to.

    What it may ask for is bound to its site. Pairing itself brings its code.
    """
    if request.endpoint == "recorder.pair":
        return
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    with transaction(SYSTEM):
        g.device = identify(token if kind.lower() == "bearer" else "", "recorder", clock=clock())
        guests = guests_of(g.device.site_id)
    set_scope(Scope(bodies=(g.device.body_id, *guests)))


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
        return plan_of(device(), rulebook(), keyring(), clock())


@bp.post("/segments/announce")
@told(ReceiptsSchema)
@bp.arguments(AnnounceSchema)
def announce(body: dict[str, Any]) -> ResponseReturnValue:
    def take(raw: Any) -> dict[str, Any]:
        return segments.announce(raw, device=device(), store=store(), clock=clock())

    with transaction():
        return {"results": each(body["segments"], take, lambda raw: segments.refuse_malformed(raw, device()))}


@bp.post("/segments/confirm")
@told(ReceiptsSchema)
@bp.arguments(ConfirmSchema)
def confirm(body: dict[str, Any]) -> ResponseReturnValue:
    return {"results": [_confirm_or_refuse(item) for item in body["segments"]]}


def _confirm_or_refuse(item: Any) -> dict[str, Any]:
    try:
        read_item = read(ConfirmedSchema, item if isinstance(item, dict) else {})
        return _confirm_one(read_item["segment_uid"], read_item["version_id"])
    except (InvalidInput, NotFound) as error:
        code = "not_found" if isinstance(error, NotFound) else "sidecar.malformed"
        uid = uid_of(item, "segment_uid")
        return {"segment_uid": uid, "state": "quarantined", "upload": None, "error": code}


def _confirm_one(uid: UUID, version_id: str) -> dict[str, Any]:
    """The store is asked outside of any transaction; the row is locked only to write down the decision."""
    with transaction():
        segment = segments.segment_of_site(uid, device())
        announced = verification.Announced.of(segment) if segment.state == "announced" else None
    stored = verification.inspect(store(), announced, version_id) if announced else None
    with transaction():
        segment = segments.segment_of_site(uid, device(), locked=True)
        error = verification.settle(segment, stored, device=device(), clock=clock())
        return segments.answer(segment, store(), error)


@bp.post("/gaps")
@told(GapResultsSchema)
@bp.arguments(GapsSchema)
def report_gaps(body: dict[str, Any]) -> ResponseReturnValue:
    with transaction():
        return {"results": each(body["gaps"], _report_gap, lambda raw: _gap_answer(raw, "malformed"))}


def _gap_answer(raw: Any, state: str) -> dict[str, Any]:
    return {"gap_uid": uid_of(raw, "gap_uid"), "state": state}


def _report_gap(raw: Any) -> dict[str, Any]:
    gap = read(GapSchema, raw if isinstance(raw, dict) else {})
    if gap["end"] <= gap["start"]:
        return _gap_answer(raw, "refused")
    arming = _arming_of(gap["arming_uid"], gap["camera_uid"])
    if arming is None:
        return _gap_answer(raw, "not_found")
    span = Span(gap["start"], gap["end"])
    return _gap_answer(raw, gap_reports.report_gap(arming, gap["gap_uid"], span, gap["reason"], gap["detail"], clock()))


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
        words = sorted(body["cameras"], key=lambda word: uid_of(word, "camera_uid"))
        answers = each(words, lambda word: _report_camera(word, by_uid), lambda word: uid_of(word, "camera_uid"))
        fill = (body["spool"] or {}).get("disk_fill_percent")
        if fill is not None:
            camera_states.report_spool(cameras, fill, rulebook(), clock())
        camera_states.report_faults(cameras, (body["spool"] or {}).get("faults") or [], clock())
        wanted = camera_states.wanted_snapshots(cameras, rulebook(), clock())
        return {"snapshots": [str(uid) for uid in wanted], "refused": [uid for uid in answers if uid is not None]}


def _report_camera(raw: Any, cameras: dict[UUID, Camera]) -> None:
    """Of a camera that is not, or no longer, of this site nothing is taken in; the others are heard all the same."""
    word = read(CameraWordSchema, raw if isinstance(raw, dict) else {})
    camera = cameras.get(word["camera_uid"])
    if camera is None:
        raise NotFound(N_("没有这台摄像机"))
    camera_states.report_state(camera, word, rulebook(), clock())


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
