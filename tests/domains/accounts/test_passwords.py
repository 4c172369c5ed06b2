"""What a hash costs somebody who stole it, and that an unknown login is answered after the same work as a known one."""

from __future__ import annotations

import runpy
from typing import Any

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from examops.accounts import passwords


@pytest.fixture(scope="module")
def fresh() -> dict[str, Any]:
    """The module as a process of the product loads it: in this one the hashes of tests are cheap."""
    return runpy.run_path(passwords.__file__)


def test_a_password_is_hashed_as_the_library_advises(fresh: dict[str, Any]) -> None:
    hashed = fresh["hash_password"]("correct horse battery")
    assert extract_parameters(hashed).type is Type.ID
    assert not PasswordHasher().check_needs_rehash(hashed)
    assert fresh["password_matches"](hashed, "correct horse battery")
    assert not fresh["password_matches"](hashed, "correct horse")
    assert not fresh["password_matches"]("", "correct horse battery")


def test_what_an_unknown_login_is_compared_with_costs_the_same(fresh: dict[str, Any]) -> None:
    """Otherwise the time of the answer would tell which logins there are."""
    assert extract_parameters(fresh["DECOY"]) == extract_parameters(fresh["hash_password"]("x"))
