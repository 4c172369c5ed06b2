"""What a signed-in browser's cookie holds, past the sign-in page."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask

from examops.accounts.models import BrowserSession
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.keys import digest_of
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction

# Tests move their clock by days. How sessions end is tests/domains/accounts/test_browser_sessions.py's own subject.
FOR_LONG = timedelta(days=3650)


def signed_in(app: Flask, user: Any) -> dict[str, str]:
    """The session of somebody signed in on ``app``, for a browser; ``user`` has ``id`` and ``session_epoch``."""
    token = secrets.token_urlsafe(32)
    values = {"user_id": user.id, "epoch": user.session_epoch, "token_digest": digest_of(token)}
    with app.app_context(), transaction(SYSTEM):
        seen = clock().now() + FOR_LONG
        db.session.add(BrowserSession(**values, signed_in_at=seen, last_seen_at=seen))
    return {"sid": token}
