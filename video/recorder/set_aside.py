"""Files of the spool that cannot be used are renamed, never deleted, and named with the line that is wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from video.recorder.atomic_files import read_json

log = logging.getLogger("video.spool")
SUFFIX = ".bad"
MAX_NAMED = 20


def set_aside(path: Path, cause: Exception | str) -> None:
    """Rename ``path`` so that nothing reads it again; what it holds is kept for whoever looks."""
    log.error("%s is set aside: %s", path.name, cause)
    with suppress(OSError):  # not ours to rename: it is named at every reading then
        path.rename(path.with_name(path.name + SUFFIX))


def read_or_set_aside(path: Path, default: Any, is_valid: Callable[[Any], bool] = lambda content: True) -> Any:
    """The content of a JSON file. One that is not JSON or not valid is set aside and counts as missing."""
    try:
        if not path.exists():
            return default
        content = read_json(path, default)
        if is_valid(content):
            return content
        raise ValueError(f"{path.name}: not what belongs into this file")
    except FileNotFoundError:  # gone between two looks
        return default
    except ValueError as error:
        set_aside(path, error)
        return default
