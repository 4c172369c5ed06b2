"""Addresses of the database per process: the web needs no owner's login."""

from __future__ import annotations

import pytest

from config.settings import SettingsError, load
from examops.core.connections import owner_url, role_names, role_password, role_url
from tests.config.test_settings import FULL

OWN = {
    "EXAMOPS_DATABASE_URL": "none",
    "EXAMOPS_WEB_DATABASE_URL": "postgresql://examops_web:of%27its-own@10.0.0.1/examops",
}


def test_a_web_process_holds_its_own_address_only() -> None:
    settings = load(FULL | OWN)
    assert str(role_url(settings, "web").set(query={})) == "postgresql+psycopg://examops_web:***@10.0.0.1/examops"
    assert role_password(settings, "web") == "of'its-own"
    assert role_names(settings)["job"] == "examops_job"
    for needs_the_owner in (lambda: owner_url(settings), lambda: role_url(settings, "job")):
        with pytest.raises(SettingsError, match="does not hold the owner's address"):
            needs_the_owner()


def test_without_any_address_it_does_not_start() -> None:
    with pytest.raises(SettingsError, match="EXAMOPS_WEB_DATABASE_URL or EXAMOPS_JOB_DATABASE_URL must be set"):
        load(FULL | {"EXAMOPS_DATABASE_URL": "none"})


def test_a_wrong_address_is_named() -> None:
    with pytest.raises(SettingsError, match="EXAMOPS_WEB_DATABASE_URL must begin with"):
        load(FULL | OWN | {"EXAMOPS_WEB_DATABASE_URL": "mysql://x/y"})


def test_the_address_stays_out_of_what_is_printed() -> None:
    assert "its-own" not in repr(load(FULL | OWN))
