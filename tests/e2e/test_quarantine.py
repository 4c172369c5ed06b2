"""A supervisor decides about footage that was held back, in a real browser."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

import pytest
from sqlalchemy.dialects.postgresql import Range

from examops.accounts.pairing import create_pairing_code, pair
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.models import Arming, Segment
from tests.e2e.waiting import next_page, sign_in
from tests.factories import DAY, Factory

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


@pytest.fixture
def held(make: Factory, clock):
    """Three segments of one camera, each held for a reason of its own."""
    body = make.body(short_name="华岭电器")
    site = make.site(body, name="容桂考点")
    room = make.room(site, stations=2, name="A栋实训室")
    camera = make.camera(room, label="前左")
    session, _ = make.session_with_turns(make.batch(body), room, state="finished")
    tenant = {"body_id": body.id, "district": body.district}
    with transaction(SYSTEM):
        device, _ = pair(
            create_pairing_code(site, "recorder", clock=clock), "一号录像盒", "recorder", None, clock=clock
        )
    arming = make.save(
        Arming(
            **tenant,
            session_id=session.id,
            camera_id=camera.id,
            during=Range(DAY - timedelta(hours=1), DAY + timedelta(hours=2)),
            state="disarmed",
        )
    )
    for n, reason in enumerate(("signature.invalid", "chain.broken", "time.outside_arming")):
        name = f"{n}-{uuid.uuid4()}"
        make.save(
            Segment(
                **tenant,
                arming_id=arming.id,
                camera_id=camera.id,
                session_id=session.id,
                device_id=device.id,
                run_uid=uuid.uuid4(),
                sequence=n,
                started_at=DAY + timedelta(minutes=n),
                ended_at=DAY + timedelta(minutes=n + 1),
                media_start_ticks=0,
                media_ms=60000,
                size=9,
                sha256=hashlib.sha256(name.encode()).digest(),
                init_length=0,
                fragments=[],
                sidecar={},
                sidecar_digest=hashlib.sha256(name.encode()).digest(),
                object_key=name,
                state="quarantined",
                quarantine_reason=reason,
                announced_at=clock.now(),
            )
        )
    return body


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (800, 1280)])
def test_a_supervisor_releases_one_and_keeps_another(serve, app, open_page, make, held, faults, shoot, width, height):
    page = open_page(f"{serve(app)}/sign-in?next=/quarantine/", width, height)
    sign_in(page, make.user("supervisor", name="何志明").login)
    page.locator(".held").first.wait_for()
    shoot(page, f"quarantine-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    broken = page.locator(".held", has_text="前后不相连")
    broken.get_by_label("理由").fill("录像盒断电后重启，日志与现场记录一致")
    with next_page(page):
        broken.get_by_role("button", name="放行").click()
    page.locator(".notice", has_text="已放行").wait_for()
    outside = page.locator(".held", has_text="不在布防时间")
    assert outside.get_by_role("button", name="放行").count() == 0
    outside.get_by_label("理由").fill("考前调试，不属于考试")
    with next_page(page):
        outside.get_by_role("button", name="保持隔离").click()
    page.locator(".notice", has_text="保持隔离").wait_for()
    assert page.locator(".held").count() == 1

    with next_page(page):
        page.get_by_role("link", name="已决定").click()
    page.get_by_text("录像盒断电后重启").wait_for()
    shoot(page, f"quarantine-decided-{width}")
    assert page.locator(".held").count() == 2
    assert faults == []
