"""Which worker takes a new connection. What it does with slow clients: tests/functional/test_slow_clients.py."""

from __future__ import annotations

import errno
from types import SimpleNamespace

import pytest

from examops.web import gunicorn_worker
from examops.web.gunicorn_worker import YIELD_S, PatientWorker


class Taken:
    """A listener whose connection another worker has taken meanwhile."""

    def accept(self) -> None:
        raise BlockingIOError(errno.EAGAIN, "taken")


@pytest.mark.parametrize(("has", "steps"), [(0, []), (1, [1]), (3, [3]), (15, [15]), (16, []), (500, [])])
def test_a_worker_lets_those_with_fewer_connections_take_a_new_one_first(monkeypatch, has, steps) -> None:
    """One that has as many as it has threads waits no more: a flood of connections is taken in at once."""
    slept: list[float] = []
    monkeypatch.setattr(gunicorn_worker.time, "sleep", slept.append)
    worker = object.__new__(PatientWorker)
    worker.cfg, worker.nr_conns = SimpleNamespace(threads=16), has
    worker.accept(Taken())
    assert slept == [one * YIELD_S for one in steps]
    assert worker.nr_conns == has
