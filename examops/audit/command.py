"""``python -m examops log``: the log's public key, erasing an entry's details, confirming a restored backup."""

from __future__ import annotations

import argparse
import sys
from base64 import b64encode
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from examops.audit.anchors import Anchor, anchor_faults, read_anchors, write_anchor
from examops.audit.erasing import erase_payload
from examops.audit.models import AuditSeal
from examops.audit.record import record
from examops.audit.tags import Tag
from examops.core.actor import Actor
from examops.core.clock import SystemClock
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import keyring, store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction

ACTOR = Actor.system("记录命令")


def main(arguments: list[str], app: Flask) -> int:
    """0 when it is done, 1 when it is refused."""
    options = _parser().parse_args(arguments)
    try:
        with app.app_context(), transaction(SYSTEM):
            sys.stdout.write(options.run(options) + "\n")
    except DomainError as error:
        sys.stderr.write(f"{error.words}。{error.next_step}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m examops log", description="操作记录")
    commands = parser.add_subparsers(required=True, metavar="命令")
    key = commands.add_parser(
        "key", help="签名用的公钥；换 EXAMOPS_SECRET_KEY 之前记下，写进 EXAMOPS_RETIRED_AUDIT_KEYS"
    )
    key.set_defaults(run=_key)
    erase = commands.add_parser("erase", help="抹去一条记录的细节（含个人信息而须删除时）")
    erase.add_argument("uid", type=UUID, help="记录的 uid")
    erase.add_argument("--reason", required=True, help="依据")
    erase.set_defaults(run=_erase)
    restored = commands.add_parser("restored", help="数据库从备份恢复后：确认备份之后的记录已丢失")
    restored.add_argument("--reason", required=True, help="什么时候、为什么恢复的")
    restored.set_defaults(run=_restored)
    return parser


def _key(options: argparse.Namespace) -> str:
    return b64encode(keyring().public_keys("audit")[0]).decode()


def _erase(options: argparse.Namespace) -> str:
    erase_payload(options.uid, options.reason, actor=ACTOR, clock=SystemClock())
    return "已抹去，并记下是哪一条、为什么"


def _restored(options: argparse.Namespace) -> str:
    """Excuses the anchors that the restored log cannot know; everything up to the last common one must still fit."""
    anchors = read_anchors(store(), keyring())
    if not anchor_faults(anchors):
        return "记录与存储里留的底一致，没有要确认的"
    common = _last_common(anchors)
    record(Tag.RESTORED, ACTOR, words=options.reason, link=common)
    write_anchor(store(), keyring(), SystemClock(), restored={"from": common, "reason": options.reason})
    return f"已确认：第 {common} 环之后到恢复为止的记录不在了"


def _last_common(anchors: list[Anchor]) -> int:
    fitting = [anchor.link for anchor in anchors if not anchor_faults([anchor])]
    known = set(db.session.execute(select(AuditSeal.number)).scalars())
    return max((link for link in fitting if link in known), default=0)
