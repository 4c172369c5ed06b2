"""Addresses of styles and scripts. Bundled scripts carry a content hash from the bundle's manifest."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"


@cache
def _manifest() -> dict[str, str]:
    file = STATIC / "dist/manifest.json"
    return json.loads(file.read_text()) if file.exists() else {}


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """``css/frame.css`` → ``/static/css/frame.css?v=…``; bundled names come from the manifest, "" without a bundle."""
    if name in _manifest():
        return f"/static/dist/{_manifest()[name]}"
    if not (STATIC / name).exists():
        return ""
    return f"/static/{name}?v={_fingerprint(name)}"
