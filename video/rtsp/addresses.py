"""Addresses of cameras: joined by text, repaired where cameras write them wrong, followed where they redirect.

No function repeats an address in an error: somebody may have typed a password into it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from video.rtsp.errors import NotFound, Refused

SCHEME = re.compile(r"rtsps?://", re.I)


def address_of(url: str) -> tuple[str, int]:
    """Host and port. Raises :class:`NotFound`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 554
    except ValueError:
        raise NotFound("the camera's address is not valid") from None
    if parts.scheme != "rtsp" or not host or "@" in parts.netloc or any(ord(sign) <= 32 for sign in url):
        raise NotFound("the camera's address must be rtsp://HOST:PORT/PATH without user and password")
    return host, port


def join(base: str, control: str) -> str:
    """A control address under its base, by text: cameras break the rules that ``urljoin`` follows."""
    if control in ("", "*"):
        return base
    if SCHEME.match(control):
        return without_userinfo(control)
    if control.startswith(("/", "?")):
        return base.rstrip("/") + control
    return base + control if base.endswith("/") else f"{base}/{control}"


def repaired(base: str, asked: str) -> str:
    """A Content-Base that can be used: with a host, one scheme and no userinfo; else the address we asked."""
    base = re.sub(r"^(rtsps?://)+", lambda found: found.group(1), base.strip(), flags=re.I)
    if base.startswith("/") and not base.startswith("//"):
        return origin(asked) + base
    if not SCHEME.match(base):
        base = "rtsp://" + base.lstrip("/")
    base = without_userinfo(base)
    try:
        address_of(base)
    except NotFound:
        return asked
    return base


def without_userinfo(url: str) -> str:
    """The address without user and password, even where the password holds ``@`` unescaped."""
    return re.sub(r"^(rtsps?://)[^/?]*@", r"\1", url, flags=re.I)


def origin(url: str) -> str:
    """Scheme, host and port."""
    found = re.match(r"rtsps?://[^/?]*", url, re.I)
    return found.group(0) if found else url


def on_host_of(url: str, asked: str) -> str:
    """The same path on the host that answered us: cameras behind a translating router name their inner address."""
    return origin(asked) + url[len(origin(url)) :]


def follow(location: str, asked: str) -> str:
    """Where a redirect leads. Raises :class:`Refused` for what we will not follow."""
    location = without_userinfo(location.strip())
    if location.startswith("/"):
        return origin(asked) + location
    if not location.lower().startswith("rtsp://"):
        raise Refused("the camera sends us to an address that is not rtsp")
    try:
        address_of(location)
    except NotFound:
        raise Refused("the camera sends us to an address that is not valid") from None
    return location


def is_same_host(one: str, other: str) -> bool:
    return address_of(one)[0].lower() == address_of(other)[0].lower()
