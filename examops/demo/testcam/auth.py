"""RTSP logins: Basic and Digest (MD5, SHA-256), with and without qop."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Literal

REALM = "testcam"
Scheme = Literal["basic", "md5", "sha-256"]
PARAMETER = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


@dataclass(frozen=True)
class Login:
    """User and password of a camera. `schemes` are offered in this order."""

    user: str
    password: str
    schemes: tuple[Scheme, ...] = ("md5",)


def challenges(login: Login, nonce: str) -> list[str]:
    """Values of the WWW-Authenticate headers."""
    texts: dict[Scheme, str] = {
        "basic": f'Basic realm="{REALM}"',
        "md5": f'Digest realm="{REALM}", nonce="{nonce}"',
        "sha-256": f'Digest realm="{REALM}", nonce="{nonce}", algorithm=SHA-256',
    }
    return [texts[scheme] for scheme in login.schemes]


def is_right(login: Login, method: str, header: str, nonce: str) -> bool:
    """Whether an Authorization header answers the challenge of this connection."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "basic" and "basic" in login.schemes:
        expected = base64.b64encode(f"{login.user}:{login.password}".encode())
        return hmac.compare_digest(rest.strip().encode("latin1"), expected)
    if scheme.lower() != "digest":
        return False
    answer = {name.lower(): quoted or plain for name, quoted, plain in PARAMETER.findall(rest)}
    return answer.get("nonce") == nonce and _digest_fits(login, method, answer)


def _digest_fits(login: Login, method: str, answer: dict[str, str]) -> bool:
    algorithm = answer.get("algorithm", "MD5").lower()
    if algorithm not in ("md5", "sha-256") or algorithm not in login.schemes or answer.get("username") != login.user:
        return False

    def digest(text: str) -> str:
        return hashlib.new(algorithm.replace("-", ""), text.encode(), usedforsecurity=False).hexdigest()

    secret = digest(f"{login.user}:{REALM}:{login.password}")
    request = digest(f"{method}:{answer.get('uri', '')}")
    middle = answer.get("nonce", "")
    if "qop" in answer:
        middle += f":{answer.get('nc', '')}:{answer.get('cnonce', '')}:{answer['qop']}"
    return hmac.compare_digest(digest(f"{secret}:{middle}:{request}"), answer.get("response", ""))
