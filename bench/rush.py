"""Concurrent clients: each sends its own requests in turn; the time of every answer is recorded."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

import urllib3

from bench.cpu import Cpu, cpu_of_servers

Send = Callable[[urllib3.PoolManager, Any], int]


@dataclass(frozen=True)
class Rush:
    """``times`` in seconds, one for each answer; ``cpu`` is what the servers worked for all of them."""

    seconds: float
    cpu: Cpu
    statuses: dict[int, int]
    times: list[float]

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """For one answer, of web and database together."""
        return self.web_cpu_ms + self.database_cpu_ms

    @property
    def web_cpu_ms(self) -> float:
        return 1000 * self.cpu.web / len(self.times)

    @property
    def database_cpu_ms(self) -> float:
        return 1000 * self.cpu.database / len(self.times)

    def percentile(self, percent: int) -> float:
        """In ms."""
        return 1000 * statistics.quantiles(self.times, n=100, method="inclusive")[percent - 1]


def rush(shares: Sequence[Sequence[Any]], send: Send) -> Rush:
    """One client for each share; all begin at once."""
    pool = urllib3.PoolManager(maxsize=len(shares), block=True, retries=False)
    barrier, kept = Barrier(len(shares) + 1), list[tuple[int, float]]()

    def work(mine: Sequence[Any]) -> None:
        barrier.wait()
        for item in mine:
            began = time.perf_counter()
            status = send(pool, item)
            kept.append((status, time.perf_counter() - began))

    threads = [Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    worked = cpu_of_servers()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    spent, worked = time.perf_counter() - began, cpu_of_servers() - worked
    statuses = [status for status, _ in kept]
    return Rush(spent, worked, {status: statuses.count(status) for status in set(statuses)}, [took for _, took in kept])
