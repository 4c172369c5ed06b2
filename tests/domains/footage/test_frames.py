"""Pictures from the archive: the strip of a segment, and the still behind a flag, from real video in a real store."""

import hashlib
import json
from datetime import timedelta

import cv2
import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.extensions import store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage import jobs
from examops.footage.models import Flag, Segment, Strip
from examops.footage.pictures.stills import NotArchivedYet
from tests.domains.footage.conftest import Box, Scene
from tests.fixtures.footage_pages import fragments, make_clip

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> bytes:
    """A minute of H.264 at 640x360, a keyframe every two seconds."""
    return make_clip(tmp_path_factory.mktemp("frames")).read_bytes()


def keyframe_of(clip: bytes, offset: int, length: int) -> tuple[int, int]:
    """Where the first sample of a fragment lies: the first size of its track run, at the start of its media data."""
    part = clip[offset : offset + length]
    run, data = part.index(b"trun"), part.index(b"mdat")
    flags = int.from_bytes(part[run + 5 : run + 8], "big")
    at = run + 12 + 4 * bool(flags & 0x1) + 4 * bool(flags & 0x4) + 4 * bool(flags & 0x100)
    return offset + data + 4, int.from_bytes(part[at : at + 4], "big")


@pytest.fixture
def archived(box: Box, scene: Scene, clip: bytes) -> Segment:
    head, parts = fragments(clip)
    index = [
        [offset, length, *keyframe_of(clip, offset, length), 2000 * n, 2000, 50, True]
        for n, (offset, length) in enumerate(parts)
    ]
    place = (scene.armings[0], scene.cameras[0], scene.session.starts_at)
    sidecar = box.sidecar(*place, body=clip, init_length=head, fragments=index)
    assert box.archive(sidecar, clip)["state"] == "verified"
    with transaction(SYSTEM):
        return db.session.execute(select(Segment)).scalar_one()


def in_worker(job_app: Flask, task, **arguments) -> str:
    db.session.remove()
    with job_app.app_context():
        return task(**arguments)


def picture(jpeg: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def test_a_segment_gets_a_frame_every_ten_seconds(archived: Segment, job_app: Flask) -> None:
    assert in_worker(job_app, jobs.sample, segment_uid=str(archived.uid)) == "6 帧，0 帧解不出"
    with job_app.app_context():
        index = json.loads(store().get("derived", f"strips/{archived.uid}.json"))
        images = store().get("derived", f"strips/{archived.uid}.jpgs")
    start = round(archived.started_at.timestamp() * 1000)
    assert [frame["t_ms"] - start for frame in index["frames"]] == [0, 10_000, 20_000, 30_000, 40_000, 50_000]
    for frame in index["frames"]:
        jpeg = images[frame["offset"] : frame["offset"] + frame["length"]]
        assert hashlib.sha256(jpeg).hexdigest() == frame["sha256"]
        assert picture(jpeg).shape == (360, 640, 3)
    with transaction(SYSTEM):
        strip = db.session.execute(select(Strip)).scalar_one()
    assert (strip.frame_count, strip.failed_count, len(strip.activity)) == (6, 0, 6)


def test_sampling_twice_keeps_one_strip(archived: Segment, job_app: Flask) -> None:
    for _ in range(2):
        in_worker(job_app, jobs.sample, segment_uid=str(archived.uid))
    with transaction(SYSTEM):
        assert len(list(db.session.execute(select(Strip)).scalars())) == 1


def test_the_room_gets_frames_and_activity(archived: Segment, scene, job_app: Flask, make, sign_in) -> None:
    in_worker(job_app, jobs.sample, segment_uid=str(archived.uid))
    client = sign_in(make.user("supervisor", district="440606"))
    camera = client.get(f"/footage/review/{scene.session.uid}/data.json").json["cameras"][0]
    (strip,) = camera["strips"]
    assert strip["segment_uid"] == str(archived.uid)
    values = camera["activity"]["values"]
    assert next(n for n, value in enumerate(values) if value > 0) == 361
    assert camera["activity"]["step_s"] == 10


def test_what_is_not_archived_gives_no_frames(box: Box, scene: Scene, job_app: Flask) -> None:
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], scene.session.starts_at, body=b"x")
    box.announce(sidecar)
    assert in_worker(job_app, jobs.sample, segment_uid=sidecar["segment_uid"]) == "不是已核实的录像段"


@pytest.fixture
def flag(archived: Segment, scene: Scene, make) -> Flag:
    session, user = scene.session, make.user("supervisor", district="440606")
    return make.save(
        Flag(
            body_id=session.body_id,
            district=session.district,
            session_id=session.id,
            camera_id=archived.camera_id,
            started_at=session.starts_at,
            ended_at=session.ends_at,
            severity="doubt",
            note="手机",
            author_uid=user.uid,
            author_name=user.name,
        )
    )


def test_a_still_is_cut_from_the_original_and_names_its_source(archived, flag, scene, job_app: Flask) -> None:
    moment = (scene.session.starts_at + timedelta(seconds=33)).isoformat()
    for _ in range(2):
        in_worker(job_app, jobs.still, flag_uid=str(flag.uid), moment=moment)
    with job_app.app_context():
        jpeg = store().get("derived", f"stills/{flag.uid}.jpg")
    with transaction(SYSTEM):
        kept = db.session.get_one(Flag, flag.id, populate_existing=True)
        entries = list(db.session.execute(select(AuditEntry).where(AuditEntry.tag == "footage:still_taken")).scalars())
    assert (kept.still_key, kept.segment_id) == (f"stills/{flag.uid}.jpg", archived.id)
    assert bytes(kept.still_sha256) == hashlib.sha256(jpeg).digest()
    assert picture(jpeg).shape == (360, 640, 3)
    assert [entry.payload["source"] for entry in entries] == [archived.object_key]


def test_a_still_of_footage_on_its_way_is_tried_again(flag, scene, job_app: Flask) -> None:
    moment = (scene.session.starts_at + timedelta(minutes=5)).isoformat()
    with pytest.raises(NotArchivedYet):
        in_worker(job_app, jobs.still, flag_uid=str(flag.uid), moment=moment)
