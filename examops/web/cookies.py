"""Which cookies may travel over plain HTTP: only those of an installation that says so, or of the machine itself."""

from __future__ import annotations

import ipaddress

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from examops.core.extensions import settings


class Sessions(SecureCookieSessionInterface):
    def __init__(self) -> None:
        self._signer: tuple[object, URLSafeTimedSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """As in Flask, made once instead of for every request."""
        if self._signer[0] != app.secret_key:
            self._signer = app.secret_key, super().get_signing_serializer(app)
        return self._signer[1]

    def get_cookie_secure(self, app: Flask) -> bool:
        return is_secure()


def is_secure() -> bool:
    """The ``Secure`` attribute of a cookie set now.

    ``EXAMOPS_PUBLIC_URL`` decides. Where it is not set, a browser that came by HTTPS or from another machine gets
    secure cookies: a forgotten setting must not send sessions in the clear.
    """
    decided = settings().secure_cookies
    return decided if decided is not None else request.is_secure or not _is_loopback(request.host)


def are_dropped() -> bool:
    """The browser came by plain HTTP to an address for which it was given secure cookies only: it keeps none."""
    return is_secure() and not request.is_secure and settings().secure_cookies is None and not request.cookies


def _is_loopback(host: str) -> bool:
    name = host.rsplit(":", 1)[0].strip("[]") if not host.endswith("]") else host.strip("[]")
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
