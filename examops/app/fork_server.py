"""``python -m examops fork-server``: imports the product once and forks the demo's Python processes from itself.

Each of them would else import the same 1,900 modules for itself, two seconds of CPU five times over. No setting is
known here and nothing is opened: a call arrives as two descriptors (the log and a socket), and only the forked child
reads from the socket what it is to be and which settings it gets. So no process holds in its memory what another was
told, as if each had been started by itself.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import socket
import sys
import time
from typing import NoReturn

from examops.core.garbage import collector_paused
from examops.demo.servers.processes import name_process, own_session

STDIN = 0
# What the demo's processes run beside the domains; a name here is of a module that is imported by nobody else.
MODULES = (
    "examops.demo.story.seed",
    "examops.web.gunicorn_worker",
    "gunicorn.app.wsgiapp",
    "scheduler.clockwork",
    "scheduler.worker",
    "scheduler.overview",
    "video.service",
)
ADOPTION_S = 5.0  # within which the supervisor becomes the parent of a new child


def main(arguments: list[str]) -> int:
    """Fork a child for each call from the socket that is standard input, until its other end is closed."""
    supervisor = os.getppid()
    channel = socket.socket(fileno=os.dup(STDIN))
    with collector_paused():  # 150,000 objects are made and next to none is garbage: each search would find nothing
        _import_product()
    gc.freeze()  # without a search before it; what the children make is theirs to search
    while True:
        _, given, _, _ = socket.recv_fds(channel, 1, 2)
        if not given:
            return 0
        if _fork_twice():
            channel.close()
            _become(supervisor, *given)
        for one in given:
            os.close(one)


def _import_product() -> None:
    importlib.import_module("examops.app.factory").import_pages()
    for name in MODULES:
        importlib.import_module(name)


def _fork_twice() -> bool:
    """True in the child. Its parent ends at once, so that the child goes to the next reaper: the supervisor."""
    middle = os.fork()
    if middle:
        os.waitpid(middle, 0)
        return False
    if os.fork():
        os._exit(0)
    return True


def _become(supervisor: int, log: int, call: int) -> NoReturn:
    """What ``python -m MODULE …`` would be, in a session of its own; dies with the supervisor."""
    deadline = time.monotonic() + ADOPTION_S
    while os.getppid() != supervisor:
        if time.monotonic() > deadline:
            os._exit(1)
        time.sleep(0.001)
    own_session()
    for number in (1, 2):
        os.dup2(log, number)
    os.close(log)
    os.dup2(os.open(os.devnull, os.O_RDONLY), STDIN)
    with socket.socket(fileno=call) as connection:
        told = json.loads(connection.makefile("rb").read())
        connection.sendall(str(os.getpid()).encode())
    os.environ.clear()
    os.environ.update(told["environ"])
    name_process(told["name"])
    sys.argv = told["arguments"]
    runpy.run_module(told["arguments"][0], run_name="__main__", alter_sys=True)
    sys.exit(0)
