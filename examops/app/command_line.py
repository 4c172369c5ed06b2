"""The commands of ``python -m examops`` (and of ``examops``): a table, imported only when called."""

from __future__ import annotations

import argparse
import importlib
import sys
from dataclasses import dataclass

from config.settings import SettingsError


@dataclass(frozen=True)
class Command:
    """``target`` is ``module:function``; it takes the remaining arguments and returns the exit code."""

    target: str
    words: str


COMMANDS = {
    "demo": Command(
        "examops.demo.supervisor.command:main", "一条命令跑起全部：数据库、对象存储、网页、定时、队列、录像"
    ),
    "in-demo": Command("examops.demo.supervisor.attached:main", "in-demo 命令：用正在运行的演示的设置执行其他命令"),
    "db": Command("examops.ops.migrate:main", "db upgrade：建立角色、更新表结构、建存储桶"),
    "setup": Command("examops.ops.setup.command:main", "录入机构、考点、考务人员和账号（文件 [--dry-run]）"),
    "check": Command("examops.ops.check:main", "逐条核对必须成立的事实；有一条不成立则退出码为 1"),
    "healthz": Command("examops.ops.health:main", "各部分的状态，与 GET /healthz 相同"),
    "seed": Command("examops.demo.story.seed:main", "写入演示故事（可重复执行）"),
    "accounts": Command("examops.demo.story.account_list:main", "列出演示账号"),
    "record-past": Command("examops.demo.story.record_past:main", "演示中昨天那一场的录像与督导结论（--server）"),
    "testcam": Command("examops.demo.story.cameras:main", "演示用的 RTSP 摄像机（--port）"),
}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    module, function = COMMANDS[options.command].target.split(":")
    try:
        return int(getattr(importlib.import_module(module), function)(options.arguments) or 0)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
    except ModuleNotFoundError as error:
        sys.stderr.write(f"命令 {options.command} 不可用：缺少 Python 模块 {error.name}，请先运行 make install。\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    listing = "\n".join(f"  {name:<12}{command.words}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m examops", usage="python -m examops 命令 …", epilog=f"命令:\n{listing}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("command", choices=COMMANDS, metavar="命令")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser
