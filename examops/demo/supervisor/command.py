"""``python -m examops demo``: start everything in order, restart what dies, stop it all when asked."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from examops.demo.servers.folder_lock import AlreadyRunning, FolderLock
from examops.demo.supervisor import attached, disk_space, stop_signals, web_port
from examops.demo.supervisor.forked import ForkServer


def main(arguments: list[str] | None = None) -> int:
    """Run until asked to stop. 0 after a clean stop, 1 when it could not start."""
    if arguments:
        sys.stderr.write("用法：[PORT=8000] [EXAMOPS_VAR=var] python -m examops demo\n")
        return 2
    var = Path(os.environ.get("EXAMOPS_VAR", "").strip() or "var").absolute()
    lock = FolderLock(var)
    try:
        stop_signals.install()
        lock.take()
        disk_space.check(var)
        disk_space.budget_gb(os.environ)
        if port := attached.port_of_killed_demo(var):
            web_port.wait_until_free(port)
        return _run(var, web_port.choose(os.environ))
    except AlreadyRunning:
        sys.stderr.write(f"{var} 里已经有一个演示在运行：请先停止它，或换一个目录并用另一个 PORT 启动。\n")
    except (web_port.PortTaken, disk_space.DiskSpaceTooLow, disk_space.BudgetInvalid, OSError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
    except stop_signals.StopRequested:
        return 0
    finally:
        lock.release()
    return 1


def _run(var: Path, port: int) -> int:
    """The fork server begins first: what takes longest is its imports, and ours run beside them."""
    (var / "log").mkdir(exist_ok=True)
    fork_server = ForkServer(var / "log" / "fork-server.log", os.environ)
    try:
        demo = importlib.import_module("examops.demo.supervisor.demo")
        return int(demo.Demo(os.environ, var, port).run(fork_server))
    finally:
        fork_server.stop()
