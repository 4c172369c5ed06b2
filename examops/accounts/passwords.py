"""Passwords: argon2id, with the library's own defaults unless the caller says otherwise."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher = PasswordHasher()
# Compared when a login does not exist, so that answering takes as long as for one that does: a random password's, made
# once with those defaults. Made anew at each start it would cost every process a quarter of a second of its processor.
DECOY = "$argon2id$v=19$m=65536,t=3,p=4$dpreedSufMq3rVWHWq3qcQ$vMPHYRbXqeduyc1VrLrkv3dxDsOODPamv+c1Iuj7Tvs"


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def password_matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False
