"""The commands of ``python -m examops`` (and of ``examops``): a table, imported only when called."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.settings import SettingsError, load
from examops.demo.supervisor.attached import adopt_settings

if TYPE_CHECKING:
    from flask import Flask  # not loaded for the demo's supervisor and its cameras


@dataclass(frozen=True)
class Command:
    """``target`` is ``module:function``; it takes the remaining arguments and returns the exit code.

    A command that ``needs_application`` also gets one, built for the job role: commands lie below the composition root.
    """

    target: str
    words: str
    needs_application: bool = False


COMMANDS = {
    "demo": Command(
        "examops.demo.supervisor.command:main", "一条命令跑起全部：数据库、对象存储、网页、定时、队列、录像"
    ),
    "in-demo": Command("examops.app.command_line:in_demo", "in-demo 命令：用正在运行的演示的设置执行其他命令"),
    "db": Command("examops.ops.migrate:main", "db upgrade：建立角色、更新表结构、建存储桶"),
    "setup": Command("examops.ops.setup.command:main", "录入机构、考点、考务人员和账号（文件 [--dry-run]）", True),
    "check": Command("examops.ops.check:main", "逐条核对必须成立的事实；有一条不成立则退出码为 1", True),
    "log": Command("examops.audit.command:main", "log：操作记录的公钥、抹去细节、确认从备份恢复", True),
    "catalogue": Command(
        "examops.catalogue.importing.command:main", "catalogue import 文件：预览、写入职业目录（XLSX、YAML）", True
    ),
    "rejudge": Command(
        "examops.registration.rejudging:main", "rejudge --corrected：规则更正后重判，旧结论保留，列出误拒误放的人", True
    ),
    "rekey": Command("examops.ops.rekey:main", "换 EXAMOPS_SECRET_KEY：旧钥匙下的数据改到新钥匙下（可中断）", True),
    "healthz": Command("examops.ops.health:main", "各部分的状态，与 GET /healthz 相同"),
    "openapi": Command("examops.app.openapi:main", "写出接口说明（OpenAPI，不需要数据库；[文件]）"),
    "seed": Command("examops.demo.story.seed:main", "写入演示故事（可重复执行）", True),
    "accounts": Command("examops.demo.story.account_list:main", "列出演示账号"),
    "record-past": Command("examops.demo.story.record_past:main", "演示中昨天那一场的录像与督导结论（--server）", True),
    "fork-server": Command("examops.app.fork_server:main", "演示内部使用：载入一次，分出演示的各个进程"),
    "testcam": Command("examops.demo.story.cameras:main", "演示用的 RTSP 摄像机（--port）"),
}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    command = COMMANDS[options.command]
    module, function = command.target.split(":")
    try:
        run = getattr(importlib.import_module(module), function)
        given = (options.arguments, _application()) if command.needs_application else (options.arguments,)
        return int(run(*given) or 0)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
    except ModuleNotFoundError as error:
        sys.stderr.write(f"命令 {options.command} 不可用：缺少 Python 模块 {error.name}，请先运行 make install。\n")
    return 2


def in_demo(arguments: list[str]) -> int:
    """``in-demo COMMAND``: another command, with the settings of the demo that runs in this folder."""
    if not arguments:
        sys.stderr.write("用法：python -m examops in-demo 命令 [参数]\n")
        return 2
    return main(arguments) if adopt_settings() else 2


def _application() -> Flask:
    factory = importlib.import_module("examops.app.factory")  # loads every domain: only for commands that need it
    app: Flask = factory.create_app(load(os.environ), kind="job")
    factory.assert_may_start(app)
    return app


def _parser() -> argparse.ArgumentParser:
    listing = "\n".join(f"  {name:<12}{command.words}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m examops",
        usage="python -m examops 命令 …",
        epilog=f"命令:\n{listing}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="命令")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser
