"""Files with secrets in them."""

from __future__ import annotations

import os
from pathlib import Path


def write_private(file: Path, words: str) -> None:
    """Replace the file atomically, readable by its owner only (0600)."""
    draft = file.with_name(file.name + ".part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(words)
    os.replace(draft, file)
