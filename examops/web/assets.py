"""Addresses of styles and scripts. Bundled scripts carry a content hash from the bundle's manifest."""

from __future__ import annotations

import hashlib
import json
import logging
from functools import cache
from pathlib import Path

from examops.core.language import N_, _

STATIC = Path(__file__).parent / "static"
MISSING = N_("页面脚本还没有构建：在 examops/web/frontend 里运行 npm ci && npm run build")
log = logging.getLogger(__name__)


@cache
def _manifest() -> dict[str, str]:
    file = STATIC / "dist/manifest.json"
    if not file.exists():
        log.warning(MISSING)
        return {}
    return json.loads(file.read_text())


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """``css/base.css`` → its address: the bundle's, else the source's; "" for scripts without a bundle."""
    if built := _manifest().get(name.removeprefix("css/")):
        return f"/static/dist/{built}"
    if not (STATIC / name).exists():
        return ""
    return f"/static/{name}?v={_fingerprint(name)}"


def bundle_fault() -> str:
    """A message to show while the scripts have not been built, else ""."""
    return "" if _manifest() else _(MISSING)


def is_immutable(path: str, query: str) -> bool:
    """Whether name or query carry a content hash, so that the answer may be cached for ever."""
    return path.startswith("/static/") and ("v=" in query or path.removeprefix("/static/dist/") in _manifest().values())
