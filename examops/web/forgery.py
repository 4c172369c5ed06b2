"""The check against forged forms: Flask-WTF's, with what it asks the same way for every request asked once."""

from __future__ import annotations

import hmac
from typing import Any

from flask import current_app, g, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import same_origin
from itsdangerous import BadData, URLSafeTimedSerializer

from examops.web.signed import RememberingSerializer


class Protection(CSRFProtect):  # Flask-WTF has no types
    """A request whose token is the session's own passes here; every other goes through Flask-WTF, which words why."""

    def __init__(self) -> None:
        super().__init__()
        self._signer: tuple[object, URLSafeTimedSerializer] | None = None

    def protect(self, apply_exemptions: bool = False) -> None:
        config = current_app.config
        if request.method not in config["WTF_CSRF_METHODS"]:
            return
        if self._is_own_token(config) and self._is_own_page(config):
            g.csrf_valid = True
        else:
            super().protect(apply_exemptions)

    def _is_own_token(self, config: Any) -> bool:
        own, given = session.get(config["WTF_CSRF_FIELD_NAME"]), self._get_csrf_token()
        if not own or not given:
            return False
        try:
            found = self._signer_of(config["WTF_CSRF_SECRET_KEY"]).loads(given, max_age=config["WTF_CSRF_TIME_LIMIT"])
        except BadData:
            return False
        return isinstance(found, str) and hmac.compare_digest(own, found)

    def _is_own_page(self, config: Any) -> bool:
        """Asked of HTTPS alone, where browsers name the page that they come from."""
        if not request.is_secure or not config["WTF_CSRF_SSL_STRICT"]:
            return True
        return bool(request.referrer) and same_origin(request.referrer, f"https://{request.host}/")

    def _signer_of(self, keys: Any) -> URLSafeTimedSerializer:
        if self._signer is None or self._signer[0] != keys:
            self._signer = keys, RememberingSerializer(keys, salt="wtf-csrf-token")
        return self._signer[1]
