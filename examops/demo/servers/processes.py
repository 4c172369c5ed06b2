"""Starting and stopping child processes that die with their parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_CHILD_SUBREAPER = 1, 15, 36
_libc = ctypes.CDLL(None, use_errno=True)
# A child inherits what its parent ignores, and a shell makes background jobs ignore SIGINT: PostgreSQL's stop signal.
_OURS = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP)


class Process(Protocol):
    """A child process, as ``subprocess.Popen`` has it."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...


def die_with_parent() -> None:
    """In the child, before exec: have the kernel kill it when its parent dies (prctl(2), PR_SET_PDEATHSIG)."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans(wanted: bool) -> None:
    """Whether this process becomes the parent of what its descendants leave behind (PR_SET_CHILD_SUBREAPER)."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, int(wanted))


def name_process(name: str) -> None:
    """The name that ``ps`` and ``top`` show, up to 15 bytes of it."""
    _libc.prctl(PR_SET_NAME, name.encode()[:15])


def own_session() -> None:
    """In a forked child: a session and process group of its own; killed when its parent dies."""
    os.setsid()
    die_with_parent()


def become_nobody() -> None:
    """In the child, before exec: enter a user namespace in which the current user is called ``nobody``.

    PostgreSQL refuses to run as root and for a user without a name. In the namespace it can use a
    private folder: outside, its files belong to the current user. No second user and no changed rights are needed.
    Raises OSError where the system forbids user namespaces.
    """
    uid, gid, nobody = os.geteuid(), os.getegid(), pwd.getpwnam("nobody")
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{nobody.pw_uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{nobody.pw_gid} {gid} 1")


def namespaces_work() -> bool:
    """Try it once in a child of our own."""
    try:
        return subprocess.run(["true"], preexec_fn=become_nobody, check=False).returncode == 0  # noqa: S607
    except (OSError, subprocess.SubprocessError):
        return False


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    prepare: Callable[[], None] | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own; stdout and stderr go to ``log``."""

    def before_exec() -> None:
        for number in _OURS:
            signal.signal(number, signal.SIG_DFL)
        if prepare:
            prepare()
        die_with_parent()  # last: a change of identity clears it

    output: IO[bytes] = log.open("ab")
    with output:
        return subprocess.Popen(  # noqa: S603
            list(command),
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=before_exec,
            start_new_session=True,
            env=dict(environ or os.environ),
            cwd=cwd,
        )


def stop(process: Process, first: signal.Signals, patience: float) -> None:
    """Send the signal ``first``, then ``finish``."""
    if process.poll() is None:
        process.send_signal(first)
    finish(process, patience)


def finish(process: Process, patience: float) -> None:
    """Wait for a process that was asked to end; SIGKILL after ``patience`` seconds, and to the rest of its group."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(log: Path, lines: int = 8) -> str:
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
