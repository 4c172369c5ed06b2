"""The drawn cameras of the story and their login. Without other imports: their process needs no more than this."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

# code of the drawn room, position, label
CAMERAS = (
    ("electric-a", "front", "前"),
    ("electric-a", "rear", "后"),
    ("welding-c", "front", "前"),
    ("lathe-3", "front", "前"),
    ("theory-1", "front", "前"),
    ("theory-1", "rear", "后"),
)


def camera_login(var: Path) -> tuple[str, str]:
    """User and password of the drawn cameras; the password lives in ``var`` and on the recorder box only."""
    file = var / "demo-cameras.json"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(json.dumps({"user": "examroom", "password": secrets.token_urlsafe(9)}))
    kept = json.loads(file.read_text())
    return kept["user"], kept["password"]
