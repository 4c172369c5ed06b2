"""Browsers on which somebody has signed in before: their tries are counted apart from everybody else's.

The cookie is ``NONCE.MARK.MARK…``: a random name of the browser, and for each person who has signed in on it a keyed
hash of name and login. Whoever floods an account or an address with wrong passwords does not hold it, and so shuts
nobody out who signs in where they always do. It opens nothing by itself.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from examops.core.keys import Keyring

COOKIE = "examops_known"
LIVES_S = 180 * 24 * 3600
PEOPLE = 30  # a desk's tablet has many; the oldest mark goes first
FORM = re.compile(r"[A-Za-z0-9_-]{16}(\.[0-9a-f]{32})*")


def normalised(login: str) -> str:
    """One account however it is typed: blanks around it and capitals are no other account."""
    return login.strip().lower()[:64]


def device_of(cookie: str | None, login: str, ring: Keyring) -> str:
    """The name of the browser when this login has signed in on it before, else ""."""
    nonce, *marks = _parts(cookie)
    ours = [_mark(nonce, login, one) for one in ring.all]
    return nonce if nonce and any(hmac.compare_digest(one, mark) for mark in marks for one in ours) else ""


def with_login(cookie: str | None, login: str, ring: Keyring) -> str:
    """The cookie after this login has signed in: its mark last, the browser's name kept."""
    nonce, *marks = _parts(cookie)
    nonce = nonce or secrets.token_urlsafe(12)
    mark = _mark(nonce, login, ring)
    return ".".join((nonce, *[one for one in marks if one != mark][1 - PEOPLE :], mark))


def _parts(cookie: str | None) -> list[str]:
    return cookie.split(".") if cookie and len(cookie) < 2000 and FORM.fullmatch(cookie) else [""]


def _mark(nonce: str, login: str, ring: Keyring) -> str:
    message = f"{nonce}\0{normalised(login)}".encode()
    return hmac.new(ring.derive("known-device"), message, hashlib.sha256).hexdigest()[:32]
