"""Codes in events are worded by the domain whose they are, each kind of subject in its own words."""

from __future__ import annotations

import pytest

from examops.ops.audit_details import details, subject

MOVED = {"before": "confirmed", "after": "cancelled"}


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        (
            "session:moved",
            "已确认 → 已取消",
        ),  # what another kind calls 已确认 beats a bare code
        ("booking:moved", "已确认 → 已退出"),
        ("flag:decided", "属实，待处理 → 已取消"),
    ],
)
def test_a_state_is_called_as_its_own_kind_calls_it(app, tag: str, words: str) -> None:
    with app.test_request_context():
        assert details(tag, MOVED) == [words]


def test_reasons_of_gaps_and_alarms_are_worded_names_are_not(app) -> None:
    with app.test_request_context():
        assert subject("gap:recorded", "clock_step") == "时钟跳变"
        assert subject("alarm:raised", "black") == "黑屏"
        assert subject("session:moved", "black") == "black"


def test_what_nobody_words_is_shown_as_it_is(app) -> None:
    with app.test_request_context():
        assert details("flag:made", {"severity": "doubt", "kind": "odd"}) == ["程度 待看", "种类 odd"]
