"""Whatever comes before the camera of a desk, or from its page, is answered in JSON, and nobody gets in by it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from sqlalchemy import func, select

from examops.accounts.pairing import create_pairing_code, pair
from examops.checkin import routes
from examops.checkin.models import Sitting
from examops.checkin.readings import normalise
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sites.models import Site
from tests.domains.checkin.conftest import ID_NUMBER, codes, desk, exam
from tests.fuzz.odd_json import mutated
from tests.fuzz.running import try_property
from tests.fuzz.test_calls import answered

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
__all__ = ["codes", "desk", "exam"]
# Other codes of the world, halves of ours, and what a scanner or a keyboard adds. Kept: each is tried at every run.
KEPT = json.loads((Path(__file__).parent / "corpus/odd_scans.json").read_text("utf-8"))
HANDED_OVER = "/desk/handover/{session}"
Post = Callable[[str, Any], Any]


@pytest.fixture(autouse=True)
def without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed numbers are counted: the limit would answer in place of the reader."""
    monkeypatch.setattr(routes, "TYPED_PER_HOUR", 10**9)


@pytest.fixture
def post(exam, make, sign_in) -> Post:
    """As the session's proctor."""
    client = sign_in(make.on_duty(make.user("proctor", exam[0]), exam[1]))
    return lambda path, body: client.post(path.format(session=exam[1].uid), json=body)


@pytest.fixture
def device(exam, client, clock) -> Post:
    """The same as the site's paired desk device."""
    with transaction(SYSTEM):
        site = db.session.execute(select(Site).where(Site.body_id == exam[0].id)).scalar_one()
        _, token = pair(create_pairing_code(site, "desk", clock=clock), "东门", "desk", None, clock=clock)
    bearer = {"Authorization": f"Bearer {token}"}
    return lambda path, body: client.post(path.format(session=exam[1].uid), json=body, headers=bearer)


def valid_scan(clock, **text: str) -> dict[str, Any]:
    moment = clock.now().isoformat()
    return {
        "nonce": str(uuid.uuid4()),
        "scanned_at": moment,
        "sent_at": moment,
        "offset_ms": 0,
        "via": "scanner",
        **text,
    }


def people_in() -> int:
    with transaction(SYSTEM):
        return db.session.execute(select(func.count()).select_from(Sitting)).scalar_one()


@pytest.mark.parametrize("path", ["/desk/{session}/scans", HANDED_OVER + "/scans"])
def test_any_scan_of_the_page_is_answered(post: Post, codes, clock, path: str) -> None:
    valid = valid_scan(clock, code=codes[0], id_number="")
    answered(post(path, valid))

    try_property(mutated(valid), lambda odd: answered(post(path, odd)), examples=25, share=8)


def test_any_scan_of_a_device_is_answered(device: Post, codes, clock) -> None:
    path = "/api/v1/desk/{session}/scans"
    valid = valid_scan(clock, code=codes[0], id_number="")
    assert device(path, valid).status_code == 200

    try_property(mutated(valid), lambda odd: answered(device(path, odd)), examples=25, share=8)


@pytest.mark.parametrize(
    "path", ["/desk/{session}/identity", "/desk/{session}/mismatch", "/desk/handover/{session}/identity"]
)
def test_any_word_on_a_face_is_answered(post: Post, codes, clock, path: str) -> None:
    scan = post("/desk/{session}/scans", valid_scan(clock, code=codes[0])).json
    valid = {"scan_uid": scan["scan_uid"], "same": True}

    def check(odd: Any) -> None:
        answer = post(path, odd)
        assert answer.status_code < 500, answer.text[:300]
        assert answer.is_json or answer.status_code == 204, answer.text[:300]

    check(valid)
    try_property(mutated(valid), check, examples=20, share=8)


@pytest.mark.parametrize("field", ["code", "id_number"])
def test_no_text_but_a_ticket_or_a_number_of_the_session_lets_anybody_in(post: Post, codes, clock, field: str) -> None:
    """Codes of the session in pieces, doubled, or among other letters; and everything that was kept."""
    pieces = st.sampled_from([code[:cut] for code in codes for cut in (4, 8, 12)] + [ID_NUMBER[:17], ID_NUMBER[:6]])
    text = st.one_of(st.text(max_size=300), st.lists(pieces | st.text(max_size=4), max_size=4).map("".join))
    ours, sent = {*codes, ID_NUMBER}, []

    def check(odd: str) -> None:
        answer = post("/desk/{session}/scans", valid_scan(clock, **{field: odd}))
        answered(answer)
        if any(one in normalise(odd) for one in ours):
            sent.append(odd)
        else:
            assert not (answer.json or {}).get("admitted"), odd

    for kept in KEPT:
        check(kept)
    try_property(text, check, examples=40, share=8)
    assert people_in() <= len(sent)
    assert post("/desk/{session}/scans", valid_scan(clock, code=codes[0])).json["admitted"]
    assert people_in() > 0, "the control"
