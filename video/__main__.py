"""``python -m video record --server URL --code CODE --spool DIR``: a site recorder."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from video.recorder.run import Limits
from video.service import record


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m video", description="examops 考点录像盒")
    commands = parser.add_subparsers(dest="command", required=True)
    options = commands.add_parser("record", help="按计划录像并上传")
    options.add_argument("--server", required=True, help="examops 的网址")
    options.add_argument("--code", default=os.environ.get("EXAMOPS_PAIRING_CODE", ""), help="配对码（只用一次）")
    options.add_argument("--spool", required=True, type=Path, help="本机存放录像的文件夹")
    options.add_argument("--name", default=os.uname().nodename, help="录像盒的名字")
    options.add_argument("--segment-seconds", type=float, default=60.0, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    seconds = chosen.segment_seconds
    return record(chosen.server, chosen.code, chosen.spool, chosen.name, Limits(segment=seconds, forced=seconds * 1.5))


if __name__ == "__main__":
    sys.exit(main())
