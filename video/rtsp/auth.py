"""Basic and Digest (MD5, SHA-256, with and without qop). The strongest offered comes first."""

from __future__ import annotations

import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
HASHES: dict[str, Callable[[bytes], hashlib._Hash]] = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(frozen=True)
class Challenge:
    scheme: str
    realm: str = ""
    nonce: str = ""
    opaque: str = ""
    algorithm: str = "MD5"
    has_qop: bool = False
    is_stale: bool = False

    @property
    def strength(self) -> int:
        return 0 if self.scheme == "basic" else 2 if self.algorithm == "SHA-256" else 1

    @property
    def kind(self) -> tuple[str, str]:
        return self.scheme, self.algorithm

    def same_as(self, other: Challenge) -> bool:
        """Whether the answer would be the one that was given to ``other``."""
        return self.kind == other.kind and self.nonce == other.nonce and self.realm == other.realm


def challenges(headers: list[str]) -> list[Challenge]:
    """What the camera offers, the strongest first; unknown schemes and algorithms are left out."""
    found = []
    for header in headers:
        scheme, _, rest = header.strip().partition(" ")
        given = {name.lower(): quoted or plain for name, quoted, plain in PARAMETER.findall(rest)}
        algorithm = (given.get("algorithm") or "MD5").upper()
        if scheme.lower() == "basic" or (scheme.lower() == "digest" and algorithm in HASHES):
            found.append(
                Challenge(
                    scheme.lower(),
                    given.get("realm", ""),
                    given.get("nonce", ""),
                    given.get("opaque", ""),
                    algorithm,
                    "auth" in [word.strip().lower() for word in given.get("qop", "").split(",")],
                    given.get("stale", "").lower() == "true",
                )
            )
    return sorted(found, key=lambda one: -one.strength)


def random_token() -> str:
    return os.urandom(8).hex()


@dataclass
class Credentials:
    """Answers challenges for one user on one connection. Never shows the password."""

    username: str
    password: str = field(repr=False)
    challenge: Challenge | None = None
    allows_basic: bool = True
    token: Callable[[], str] = field(default=random_token, repr=False)
    _count: int = 0

    def choose(self, headers: list[str], tried: set[tuple[str, str]]) -> bool:
        """Take up what the camera offers; False when there is nothing left that could be right.

        Each kind is answered once per request, and a nonce that was just refused is not tried again: the password is
        wrong then, and cameras lock out who insists. A password never goes in clear where a digest is offered.
        """
        offered = challenges(headers)
        has_digest = any(one.scheme == "digest" for one in offered)
        just_used = self.challenge if not tried else None
        if just_used and any(one.same_as(just_used) and not one.is_stale for one in offered):
            return False
        for one in offered:
            is_clear = one.scheme == "basic" and (has_digest or not self.allows_basic)
            if is_clear or one.kind in tried or not self.username:
                continue
            tried.add(one.kind)
            self.challenge, self._count = one, 0
            return True
        return False

    def header(self, method: str, url: str) -> str:
        """The ``Authorization`` of one request; "" while nothing was asked."""
        if self.challenge is None:
            return ""
        if self.challenge.scheme == "basic":
            return "Basic " + b64encode(f"{self.username}:{self.password}".encode()).decode()
        return self._digest(self.challenge, method, url)

    def _digest(self, asked: Challenge, method: str, url: str) -> str:
        def hashed(text: str) -> str:
            return HASHES[asked.algorithm](text.encode()).hexdigest()

        who, what = hashed(f"{self.username}:{asked.realm}:{self.password}"), hashed(f"{method}:{url}")
        parts = {"username": self.username, "realm": asked.realm, "nonce": asked.nonce, "uri": url}
        bare = ""
        if asked.has_qop:
            self._count += 1
            count, client = f"{self._count:08x}", self.token()
            parts |= {"response": hashed(f"{who}:{asked.nonce}:{count}:{client}:auth:{what}"), "cnonce": client}
            bare = f", qop=auth, nc={count}"
        else:
            parts["response"] = hashed(f"{who}:{asked.nonce}:{what}")
        if asked.opaque:
            parts["opaque"] = asked.opaque
        quoted = ", ".join(f'{name}="{value}"' for name, value in parts.items())
        algorithm = "" if asked.algorithm == "MD5" else f", algorithm={asked.algorithm}"
        return f"Digest {quoted}{bare}{algorithm}"
