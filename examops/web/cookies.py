"""The cookie of a session, and which cookies may travel over plain HTTP: only those of an installation that says so, or
of the machine itself."""

from __future__ import annotations

import ipaddress

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from examops.core.extensions import settings
from examops.web.signed import RememberingSerializer


class Sessions(SecureCookieSessionInterface):
    def __init__(self) -> None:
        self._signer: tuple[object, URLSafeTimedSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """As in Flask, made once instead of for every request."""
        if self._signer[0] != app.secret_key:
            self._signer = app.secret_key, self._made_signer(app)
        return self._signer[1]

    def _made_signer(self, app: Flask) -> URLSafeTimedSerializer:
        assert app.secret_key
        return RememberingSerializer(
            [*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key],  # the last one signs
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As in Flask, which works out all attributes of the cookie before it sees that nothing has changed."""
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed:
            response.vary.add("Cookie")

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
