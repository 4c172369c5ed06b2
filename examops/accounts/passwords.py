"""Passwords: argon2id, with the library's own defaults unless the caller says otherwise."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher = PasswordHasher()
# Compared when a login does not exist, so that answering takes as long as for one that does.
# Written down with the hasher's own parameters: making it would cost every process a tenth of a second at its start.
DECOY = "$argon2id$v=19$m=65536,t=3,p=4$GgKppPbFE5caBn0gmYd+Pg$2zQ+CMKJV01ErAQhZLY47Jp8Ix3XrqC31ZomXgkWKRs"


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def password_matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False
