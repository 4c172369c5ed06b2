"""RTSP URLs of cameras: control URLs joined, wrong base URLs repaired, redirects followed.

No error repeats a URL: somebody may have typed a password into it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from video.rtsp.errors import Refused

SCHEME = re.compile(r"rtsps?://", re.I)


def address_of(url: str) -> tuple[str, int]:
    """Host and port of an ``rtsp`` URL; the default port is 554 (RFC 2326, section 3.2).

    Raises :class:`Refused` for any other URL, and for one with user and password in it.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 554
    except ValueError:
        raise Refused("the camera's address is not valid", "bad_address") from None
    if parts.scheme == "rtsps":
        raise Refused("the camera's address must be rtsp:// instead of rtsps://", "rtsps")
    if parts.scheme != "rtsp" or not host or "@" in parts.netloc or any(ord(sign) <= 32 for sign in url):
        raise Refused("the camera's address must be rtsp://HOST:PORT/PATH without user and password", "bad_address")
    return host, port


def join(base: str, control: str) -> str:
    """A control URL under its base (RFC 2326, appendix C.1.1), joined as text.

    RFC 1808 and ``urljoin`` would replace the last part of the path; cameras expect it to stay.
    """
    if control in ("", "*"):
        return base
    if SCHEME.match(control):
        return strip_userinfo(control)
    if control.startswith(("/", "?")):
        return base.rstrip("/") + control
    return base + control if base.endswith("/") else f"{base}/{control}"


def repair_content_base(base: str, asked: str) -> str:
    """A usable Content-Base (RFC 2326, section 12.11): one scheme, a host, no userinfo; else the URL we requested."""
    base = re.sub(r"^(rtsps?://)+", lambda found: found.group(1), base.strip(), flags=re.I)
    if base.startswith("/") and not base.startswith("//"):
        return origin(asked) + base
    if not SCHEME.match(base):
        base = "rtsp://" + base.lstrip("/")
    base = strip_userinfo(base)
    try:
        address_of(base)
    except Refused:
        return asked
    return base


def strip_userinfo(url: str) -> str:
    """The address without user and password, even where the password holds ``@`` unescaped."""
    return re.sub(r"^(rtsps?://)[^/?]*@", r"\1", url, flags=re.I)


def origin(url: str) -> str:
    """Scheme, host and port."""
    found = re.match(r"rtsps?://[^/?]*", url, re.I)
    return found.group(0) if found else url


def on_answering_host(url: str, asked: str) -> str:
    """The same path on the host that answered us: cameras behind address translation name their inner host."""
    return origin(asked) + url[len(origin(url)) :]


def redirect_target(location: str, asked: str) -> str:
    """The URL of a ``Location`` header (RFC 2326, section 12.25), without userinfo.

    Raises :class:`Refused` for a URL that is not plain ``rtsp`` or not valid.
    """
    location = strip_userinfo(location.strip())
    if location.startswith("/"):
        return origin(asked) + location
    if not location.lower().startswith("rtsp://"):
        code = "rtsps" if location.lower().startswith("rtsps://") else ""
        raise Refused("the camera sends us to an address that is not rtsp", code)
    try:
        address_of(location)
    except Refused:
        raise Refused("the camera sends us to an address that is not valid") from None
    return location


def is_same_host(one: str, other: str) -> bool:
    return address_of(one)[0].lower() == address_of(other)[0].lower()
