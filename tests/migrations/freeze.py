"""Adds released revisions to ``frozen.json``: ``python -m tests.migrations.freeze``, as a part of each release.

It never replaces a digest: a released revision stays as it is, and a change is a further revision.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import procrastinate

from examops.ops.migrations.drafts import VERSIONS

FILE = Path(__file__).parent / "frozen.json"
QUEUE = "procrastinate"


def revision_files() -> list[Path]:
    return sorted(VERSIONS.glob("[0-9]*.py"))


def load_revision(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"revision_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def digests() -> dict[str, str]:
    """Revision number (and the queue's name) -> SHA-256 of its SQL, as of now."""
    statements = {module.revision: module.SQL for module in map(load_revision, revision_files())}
    statements[QUEUE] = procrastinate.schema.SchemaManager.get_schema()
    return {name: hashlib.sha256(sql.encode()).hexdigest() for name, sql in statements.items()}


def frozen() -> dict[str, str]:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def with_new_revisions(known: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    return dict(sorted((now | known).items()))


if __name__ == "__main__":
    FILE.write_text(json.dumps(with_new_revisions(frozen(), digests()), indent=1) + "\n", encoding="utf-8")
