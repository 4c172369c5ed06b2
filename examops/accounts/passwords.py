"""Passwords: argon2id, with the library's own defaults unless the caller says otherwise."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher = PasswordHasher()
# Compared when a login does not exist, so that answering takes as long as for one that does.
DECOY = _hasher.hash("nobody signs in with this")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def password_matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False
