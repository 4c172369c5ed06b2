"""Starting and stopping servers of ours as child processes that never outlive us."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """In the child, before exec: be killed when the parent dies, however it dies."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def become_ordinary() -> None:
    """In the child, before exec: enter a user namespace in which root is uid 1000.

    PostgreSQL refuses to run as root. This way it runs in a private folder of root's, with no other user and no
    changed rights. Raises OSError where the system forbids user namespaces.
    """
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text("1000 0 1")
    Path("/proc/self/gid_map").write_text("1000 0 1")


def namespaces_work() -> bool:
    """Try it once in a child of our own."""
    try:
        return subprocess.run(["true"], preexec_fn=become_ordinary, check=False).returncode == 0  # noqa: S607
    except (OSError, subprocess.SubprocessError):
        return False


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    prepare: Callable[[], None] | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server in a process group of its own, its words in ``log``."""

    def before_exec() -> None:
        die_with_parent()
        if prepare:
            prepare()
            die_with_parent()  # changing identity clears it

    output: IO[bytes] = log.open("ab")
    with output:
        return subprocess.Popen(  # noqa: S603
            list(command), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            preexec_fn=before_exec, start_new_session=True, env=dict(environ or os.environ), cwd=cwd,
        )  # fmt: skip


def stop(process: subprocess.Popen[bytes], first: signal.Signals, patience: float) -> None:
    """Ask, wait, then kill the whole group."""
    if process.poll() is not None:
        return
    process.send_signal(first)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def tail(log: Path, lines: int = 8) -> str:
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
