"""A browser that is signed in: the cookie as the product signs it, and the token its forms carry."""

from __future__ import annotations

from flask import Flask, g
from flask import session as browser
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from examops.accounts.browser_sessions import open_session
from examops.accounts.models import UserAccount
from examops.core.extensions import clock
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction


def headers_of(app: Flask, user: UserAccount) -> dict[str, str]:
    """Headers of a request by this person; inside an application context."""
    with app.test_request_context():
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer
        with transaction(SYSTEM):
            browser.update({"sid": open_session(user, clock())})
        g.pop("csrf_token", None)  # of the one before, whose session has it: contexts within one share it
        token = generate_csrf()
        return {"Cookie": f"examops={signer.dumps(dict(browser))}", "X-CSRFToken": token}
