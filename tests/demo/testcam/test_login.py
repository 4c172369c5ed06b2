"""The drawn cameras take whatever password was drawn for them."""

from __future__ import annotations

import json

import pytest

from examops.demo.story import cameras
from examops.demo.testcam.command import _parser


@pytest.mark.parametrize("password", ["-Zb3_x9Qw-1k", "--user", "9Qw-1k_Zb3x-"])
def test_a_password_that_begins_with_a_dash_is_no_option(tmp_path, monkeypatch, password: str) -> None:
    (tmp_path / "demo-cameras.json").write_text(json.dumps({"user": "examroom", "password": password}))
    monkeypatch.setenv("EXAMOPS_VAR", str(tmp_path))
    monkeypatch.setattr(cameras, "serve", lambda arguments: _parser().parse_args(arguments))
    options = cameras.main([])
    assert (options.user, options.password) == ("examroom", password)
