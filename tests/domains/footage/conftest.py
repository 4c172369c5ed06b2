"""A site with a paired recorder, two cameras, and a session that is being recorded."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from sqlalchemy import select

from config.rulebook import rulebook
from examops.accounts.pairing import create_pairing_code
from examops.checkin.models import Sitting
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive.arming import arm_due, plan_armings
from examops.footage.models import Arming
from examops.organisations.models import Body
from examops.registration.models import Batch
from examops.sessions.models import ExamSession, Turn
from examops.sites.models import Camera, Site, Workstation
from tests.factories import Factory
from tests.fixtures.recordings import parts_of, payload

__all__ = ["payload"]
API = "/api/v1/recorder"


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sealed(content: dict[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    unsigned = {name: value for name, value in content.items() if name != "signature"}
    return {**unsigned, "signature": base64.b64encode(key.sign(canonical(unsigned))).decode()}


@dataclass
class Box:
    """A recorder as the protocol describes it, written independently of the server's code."""

    client: FlaskClient
    token: str
    key: Ed25519PrivateKey
    uid: str = ""
    tips: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(API + path, json=body, headers={"Authorization": f"Bearer {self.token}"})

    def get(self, path: str) -> Any:
        return self.client.get(API + path, headers={"Authorization": f"Bearer {self.token}"})

    def sidecar(
        self,
        arming: Arming,
        camera: Camera,
        start: datetime,
        *,
        seconds: float = 60,
        body: bytes = b"",
        run: str = "",
        sequence: int = 0,
        **changed: Any,
    ) -> dict[str, Any]:
        run = run or str(uuid.uuid4())
        content = {
            "version": 1,
            "segment_uid": str(uuid.uuid4()),
            "camera_uid": str(camera.uid),
            "arming_uid": str(arming.uid),
            "run_uid": run,
            "sequence": sequence,
            "start": stamp(start),
            "end": stamp(start + timedelta(seconds=seconds)),
            "media_start_ticks": 0,
            "media_duration_ms": int(seconds * 1000),
            "wall_duration_ms": int(seconds * 1000),
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            **parts_of(body, int(seconds * 1000)),
            "codec": "avc1.4d4028",
            "width": 1280,
            "height": 720,
            "frames": 25,
            "lost_packets": 0,
            "damaged_frames": 0,
            "leans_on_previous": False,
            "salvaged": False,
            "camera_clock_offset_ms": 12,
            "previous_digest": self.tips.get(run, ""),
            "end_reason": None,
        }
        content |= changed
        self.tips[run] = hashlib.sha256(canonical(content)).hexdigest()
        return sealed(content, self.key)

    def announce(self, *sidecars: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.post("/segments/announce", {"segments": list(sidecars)})
        assert answer.status_code == 200, answer.text
        return answer.json["results"]

    def confirm(self, uid: str, version_id: str = "") -> dict[str, Any]:
        answer = self.post("/segments/confirm", {"segments": [{"segment_uid": uid, "version_id": version_id}]})
        assert answer.status_code == 200, answer.text
        return answer.json["results"][0]

    def archive(self, sidecar: dict[str, Any], body: bytes) -> dict[str, Any]:
        """Announce, upload, confirm: the whole way of a segment."""
        told = self.announce(sidecar)[0]
        assert told["upload"], told
        upload = told["upload"]
        version = put(upload, body).headers["x-amz-version-id"]
        return self.confirm(sidecar["segment_uid"], version)


def put(upload: dict[str, Any], body: bytes) -> urllib3.BaseHTTPResponse:
    return urllib3.request("PUT", upload["url"], body=body, headers=upload["headers"])


@dataclass
class Scene:
    site: Site
    session: ExamSession
    cameras: list[Camera]
    armings: list[Arming]


@pytest.fixture
def pair_box(make: Factory, client: FlaskClient, clock: FixedClock) -> Callable[[Site], Box]:
    def pair(site: Site) -> Box:
        with transaction(SYSTEM):
            code = create_pairing_code(site, "recorder", clock=clock)
        key = Ed25519PrivateKey.generate()
        public = base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
        answer = client.post(API + "/pair", json={"code": code, "name": "一号盒", "public_key": public})
        assert answer.status_code == 200, answer.text
        return Box(client, answer.json["token"], key, answer.json["device_uid"])

    return pair


@pytest.fixture
def stage(make: Factory, clock: FixedClock) -> Callable[..., Scene]:
    """A running session of today with armed cameras: 09:00–09:40 in Foshan, armed 08:00–09:55, now 09:12."""

    def build(district: str = "440606", cameras: int = 2) -> Scene:
        body = make.body(district=district)
        site = make.site(body)
        room = make.room(site, stations=2)
        wall_cameras = [make.camera(room) for _ in range(cameras)]
        session, _ = make.session_with_turns(make.batch(body), room, state="running")
        with transaction(SYSTEM):
            plan_armings(session, rulebook(), clock)
            arm_due(clock)
        query = select(Arming).where(Arming.session_id == session.id).order_by(Arming.camera_id)
        with transaction(SYSTEM):
            armings = list(db.session.execute(query).scalars())
        return Scene(site, session, wall_cameras, armings)

    return build


@pytest.fixture
def scene(stage: Callable[..., Scene]) -> Scene:
    return stage()


@pytest.fixture
def box(scene: Scene, pair_box: Callable[[Site], Box]) -> Iterator[Box]:
    return pair_box(scene.site)


def seat_somebody(scene: Scene, make: Factory) -> Sitting:
    """A candidate who was admitted to the first workstation and is still there."""
    session = scene.session
    tenant = {"body_id": session.body_id, "district": session.district}
    body, batch = make.session.get_one(Body, session.body_id), make.session.get_one(Batch, session.batch_id)
    turn = make.session.execute(select(Turn).where(Turn.session_id == session.id)).scalar_one()
    stations = select(Workstation).where(Workstation.room_id == session.room_id).order_by(Workstation.id)
    station = make.session.execute(stations).scalars().first()
    booking = make.booking(turn, make.application(batch, make.candidate(body)), state="checked_in")
    return make.save(
        Sitting(
            **tenant,
            booking_id=booking.id,
            session_id=session.id,
            turn_id=turn.id,
            workstation_id=station.id,
            entered_at=session.starts_at,
            admitted_by="监考",
        )
    )
