"""Basic (RFC 7617) and Digest (RFC 7616; RFC 2617 where a camera sends no ``qop``) with MD5, SHA-256
or SHA-512-256, each also per session.

RTSP takes both schemes over from HTTP (RFC 2326, section 14). The strongest one offered comes first.
"""

from __future__ import annotations

import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_HEADER = 4096  # characters of one header line; challenges take some two hundred
# A name is tried once, from its first letter, or a long word would be tried from each of its letters to its end.
PARAMETER = re.compile(r'(?<![\w-])([\w-]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][\w-]*)(?=\s+[^\s=,]|\s*(?:,|$))(?!\s*=)")


def _sha512_256(data: bytes) -> hashlib._Hash:
    return hashlib.new("sha512_256", data)


HASHES: dict[str, Callable[[bytes], hashlib._Hash]] = {
    "MD5": hashlib.md5,
    "SHA-256": hashlib.sha256,
    **({"SHA-512-256": _sha512_256} if "sha512_256" in hashlib.algorithms_available else {}),
}
SESSION = "-SESS"  # the hash of the password is bound to one nonce pair (RFC 7616, section 3.4.2)


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
        return 0 if self.scheme == "basic" else 1 if self.hash_name == "MD5" else 2

    @property
    def hash_name(self) -> str:
        return self.algorithm.removesuffix(SESSION)

    @property
    def kind(self) -> tuple[str, str]:
        return self.scheme, self.algorithm

    def same_as(self, other: Challenge) -> bool:
        """Whether an answer to this challenge would equal the answer to ``other``."""
        return self.kind == other.kind and self.nonce == other.nonce and self.realm == other.realm


def challenges(headers: list[str]) -> list[Challenge]:
    """The challenges of ``WWW-Authenticate`` headers, the strongest first, without unknown schemes and algorithms.

    One header line may hold several (RFC 9110, section 11.6.1).
    """
    found = [challenge for header in headers for one in _split(header) if (challenge := _challenge(*one))]
    return sorted(found, key=lambda offer: -offer.strength)


def offers_digest(headers: list[str]) -> bool:
    """Whether any digest is offered, even one that we cannot answer: no password goes in clear then."""
    unread = any("digest" in header[MAX_HEADER:].lower() for header in headers)
    return unread or any(scheme == "digest" for header in headers for scheme, _ in _split(header))


def _split(header: str) -> list[tuple[str, str]]:
    """Scheme (lower case) and parameters of each challenge in one header line, of which no more than ``MAX_HEADER``
    characters are read: what a camera sends must not keep the others waiting."""
    header = header[:MAX_HEADER]
    # What stands in quotes may look like another challenge: it is blanked for the search, at the same length.
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', lambda quoted: "q" * len(quoted[0]), header)
    starts = [(match.start(1), match.end(1)) for match in SCHEME.finditer(bare)]
    ends = [*(start for start, _ in starts[1:]), len(header)][: len(starts)]
    return [(header[a:b].lower(), header[b:end]) for (a, b), end in zip(starts, ends, strict=True)]


def _challenge(scheme: str, parameters: str) -> Challenge | None:
    given = {name.lower(): quoted or plain for name, quoted, plain in PARAMETER.findall(parameters)}
    algorithm = (given.get("algorithm") or "MD5").upper()
    if scheme != "basic" and (scheme != "digest" or algorithm.removesuffix(SESSION) not in HASHES):
        return None
    return Challenge(
        scheme,
        given.get("realm", ""),
        given.get("nonce", ""),
        given.get("opaque", ""),
        algorithm,
        "auth" in [word.strip().lower() for word in given.get("qop", "").split(",")],
        given.get("stale", "").lower() == "true",
    )


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
        has_digest = offers_digest(headers)
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
            return HASHES[asked.hash_name](text.encode()).hexdigest()

        client = self.token()
        a1, a2 = hashed(f"{self.username}:{asked.realm}:{self.password}"), hashed(f"{method}:{url}")
        is_session = asked.algorithm.endswith(SESSION)
        if is_session:
            a1 = hashed(f"{a1}:{asked.nonce}:{client}")
        parts = {"username": self.username, "realm": asked.realm, "nonce": asked.nonce, "uri": url}
        bare = ""
        if asked.has_qop:
            self._nonce_count += 1
            count = f"{self._nonce_count:08x}"
            parts |= {"response": hashed(f"{a1}:{asked.nonce}:{count}:{client}:auth:{a2}"), "cnonce": client}
            bare = f", qop=auth, nc={count}"
        else:
            parts["response"] = hashed(f"{a1}:{asked.nonce}:{a2}")
            parts |= {"cnonce": client} if is_session else {}
        if asked.opaque:
            parts["opaque"] = asked.opaque
        quoted = ", ".join(f'{name}="{value}"' for name, value in parts.items())
        algorithm = "" if asked.algorithm == "MD5" else f", algorithm={asked.algorithm.replace(SESSION, '-sess')}"
        return f"Digest {quoted}{bare}{algorithm}"
