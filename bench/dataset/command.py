"""The command line of the large data set."""

from __future__ import annotations

import argparse
import os
import sys
import time

from sqlalchemy import create_engine

from bench.dataset.amounts import Amounts
from bench.dataset.fill import Services, fill
from config.settings import Settings, load
from examops.app.factory import create_app
from examops.app.tables import METADATA
from examops.core.connections import owner_url
from examops.core.extensions import clock, keyring, store


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.dataset", description="写入一年的量测数据（可重复执行，不会写两遍）"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="规模：1 为一年全量，0.1 为十分之一")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="同时写几个机构")
    parser.add_argument("--seed", type=int, default=1, help="同一个数总是写出同样的内容")
    options = parser.parse_args(arguments)
    if not 0 < options.scale <= 10:
        parser.error("--scale 须在 0 与 10 之间")
    began = time.monotonic()
    settings = load(os.environ)
    app = create_app(settings, kind="job")

    def report_progress(line: str) -> None:
        sys.stdout.write(f"{line}（{time.monotonic() - began:.0f} 秒）\n")
        sys.stdout.flush()

    with app.app_context():
        services = Services(clock(), keyring(), store(), report_progress)
        added = fill(Amounts.at(options.scale), options.seed, services, options.processes)
    _analyze(settings)
    report_progress(f"新增 {added} 个机构" if added else "数据已在，没有再写")
    return 0


def _analyze(settings: Settings) -> None:
    """Fresh statistics at once, as the owner: plans made for an empty table are slow until autovacuum comes by."""
    engine = create_engine(owner_url(settings), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ANALYZE {', '.join(METADATA.tables)}")
    engine.dispose()
