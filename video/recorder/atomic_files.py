"""Files written so that a power cut leaves the old content or the new one, never half of it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def cause_of(error: OSError) -> str:
    """The system's reason without the path: it goes into gaps, and those to the server."""
    return os.strerror(error.errno) if error.errno else type(error).__name__


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk: a rename is lost otherwise."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


MAX_PIECES = 1000  # per call; Linux takes IOV_MAX, 1024


def write_all(handle: int, pieces: Sequence[bytes]) -> int:
    """Write the pieces one after the other without joining them; returns their size in bytes. Raises OSError."""
    total = 0
    for start in range(0, len(pieces), MAX_PIECES):
        batch = pieces[start : start + MAX_PIECES]
        size, done = sum(map(len, batch)), os.writev(handle, batch)
        while done < size:
            done += os.write(handle, b"".join(batch)[done:])
        total += size
    return total


def overwrite(handle: int, content: bytes, offset: int) -> None:
    """Write the content at an offset, whatever the position of the file. Raises OSError."""
    done = 0
    while done < len(content):
        done += os.pwrite(handle, content[done:], offset + done)


def append_line(path: Path, line: str) -> None:
    """Append a line and bring it to disk, whole or not at all. Raises OSError when the disk refuses."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        try:
            write_all(handle, [line.encode() + b"\n"])
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)  # half a line would spoil the one that follows
            raise
    finally:
        os.close(handle)


def write_json(path: Path, content: object, mode: int = 0o600) -> None:
    """Write a new file, sync it and rename it over ``path``. Raises OSError."""
    new_file = path.with_name(path.name + ".new")
    handle = os.open(new_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    new_file.rename(path)
    sync_folder(path.parent)


def read_json(path: Path, default: Any = None) -> Any:
    """The content of a JSON file; ``default`` where it does not exist.

    Raises ValueError with the file's name and line for anything else in it, OSError where it cannot be read.
    """
    if not path.exists():
        return default
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name}, line {error.lineno}, column {error.colno}: {error.msg}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}, byte {error.start}: not UTF-8") from None
