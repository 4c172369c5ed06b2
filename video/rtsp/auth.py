"""Basic (RFC 7617) and Digest (RFC 7616; RFC 2617 where a camera sends no ``qop``) with MD5 or SHA-256.

RTSP takes both schemes over from HTTP (RFC 2326, section 14). The strongest one offered comes first.
"""

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
    """One ``WWW-Authenticate`` challenge (RFC 7616, section 3.3). ``scheme`` is ``basic`` or ``digest``."""

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
        """Whether an answer to this challenge would equal the answer to ``other``."""
        return self.kind == other.kind and self.nonce == other.nonce and self.realm == other.realm


def challenges(headers: list[str]) -> list[Challenge]:
    """The challenges of ``WWW-Authenticate`` headers, the strongest first, without unknown schemes and algorithms."""
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
    return sorted(found, key=lambda offer: -offer.strength)


def random_token() -> str:
    return os.urandom(8).hex()


@dataclass
class Credentials:
    """Answers challenges for one user on one connection. Its ``repr`` holds no password."""

    username: str
    password: str = field(repr=False)
    challenge: Challenge | None = None
    allows_basic: bool = True
    token: Callable[[], str] = field(default=random_token, repr=False)
    _nonce_count: int = 0

    def choose(self, headers: list[str], tried: set[tuple[str, str]]) -> bool:
        """Choose a challenge to answer; False when none is left that could succeed.

        Each scheme and algorithm is answered once per request. A nonce that was just refused is not tried again unless
        the camera calls it stale (RFC 7616, section 3.3): the password is wrong then, and cameras lock out users who
        insist. A password never goes in clear where a digest is offered.
        """
        offered = challenges(headers)
        has_digest = any(offer.scheme == "digest" for offer in offered)
        just_used = self.challenge if not tried else None
        if just_used and any(offer.same_as(just_used) and not offer.is_stale for offer in offered):
            return False
        for offer in offered:
            is_clear = offer.scheme == "basic" and (has_digest or not self.allows_basic)
            if is_clear or offer.kind in tried or not self.username:
                continue
            tried.add(offer.kind)
            self.challenge, self._nonce_count = offer, 0
            return True
        return False

    def header(self, method: str, url: str) -> str:
        """The ``Authorization`` header of one request (RFC 7616, section 3.4); "" while no challenge came."""
        if self.challenge is None:
            return ""
        if self.challenge.scheme == "basic":
            return "Basic " + b64encode(f"{self.username}:{self.password}".encode()).decode()
        return self._digest(self.challenge, method, url)

    def _digest(self, asked: Challenge, method: str, url: str) -> str:
        """RFC 7616, sections 3.4.1 to 3.4.3; without ``qop`` the older form of RFC 2617, section 3.2.2.1."""

        def hashed(text: str) -> str:
            return HASHES[asked.algorithm](text.encode()).hexdigest()

        a1, a2 = hashed(f"{self.username}:{asked.realm}:{self.password}"), hashed(f"{method}:{url}")
        parts = {"username": self.username, "realm": asked.realm, "nonce": asked.nonce, "uri": url}
        bare = ""
        if asked.has_qop:
            self._nonce_count += 1
            count, client = f"{self._nonce_count:08x}", self.token()
            parts |= {"response": hashed(f"{a1}:{asked.nonce}:{count}:{client}:auth:{a2}"), "cnonce": client}
            bare = f", qop=auth, nc={count}"
        else:
            parts["response"] = hashed(f"{a1}:{asked.nonce}:{a2}")
        if asked.opaque:
            parts["opaque"] = asked.opaque
        quoted = ", ".join(f'{name}="{value}"' for name, value in parts.items())
        algorithm = "" if asked.algorithm == "MD5" else f", algorithm={asked.algorithm}"
        return f"Digest {quoted}{bare}{algorithm}"
