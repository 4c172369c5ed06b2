"""``python -m examops rekey``: what is stored is written anew under a changed ``EXAMOPS_SECRET_KEY``.

Small transactions beside the running application, which reads under both secrets. What is done shows in the rows
themselves, so a run that was killed goes on where it stopped.
"""

from __future__ import annotations

import argparse
import sys
import time
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from flask import Flask
from sqlalchemy import func, select, text, update

from examops.audit import record
from examops.core.actor import Actor
from examops.core.connections import connection_name
from examops.core.database import db
from examops.core.extensions import keyring, registry
from examops.core.installation_key import InstallationKey
from examops.core.keys import Keyring
from examops.core.rekeying import Batch, Change, KeyedStore
from examops.core.scope import SYSTEM
from examops.core.transaction import retried, transaction
from examops.ops.tags import Tag

ACTOR = Actor.system("换钥匙命令")
BATCH = 200
ROUNDS = 20  # rows that others hold are skipped and come in the next round
PAUSE_S = 0.5
OTHERS = text(
    "SELECT coalesce(nullif(application_name, ''), usename::text) AS name, count(*) AS connections"
    " FROM pg_stat_activity WHERE datname = current_database()"
    " AND usename IN (current_database() || '_web', current_database() || '_job')"
    " AND application_name <> ALL (:ours) GROUP BY 1 ORDER BY 1"
)
ENDED = "这一步完成以后，从各处设置里去掉 EXAMOPS_OLD_SECRET_KEY，再重启各进程"


def main(arguments: list[str], app: Flask) -> int:
    """0 when nothing of the secret of before is left, 1 when something is, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m examops rekey", description="换 EXAMOPS_SECRET_KEY")
    parser.add_argument("--batch", type=int, default=BATCH, help="每个事务改多少条（默认 %(default)s）")
    options = parser.parse_args(arguments)
    with app.app_context():
        return _rekey(keyring(), max(1, options.batch))


def _rekey(ring: Keyring, most: int) -> int:
    with transaction(SYSTEM):
        key = uncleared_key()
    if key is None:
        _say("没有要换的：旧钥匙下什么也没有了（设了 EXAMOPS_OLD_SECRET_KEY 的可以去掉）")
        return 0
    with transaction(SYSTEM):
        if found := _must_be_alone(ring):
            return _refuse(found)
        change = Change(ring, _begun(key))
    left = [line for store in registry().keyed_stores() for line in _write_anew(store, change, most)]
    return _refuse(left) if left else _clear(key, change)


def uncleared_key() -> InstallationKey | None:
    """The replaced secret of which something may be left."""
    query = select(InstallationKey).where(
        InstallationKey.replaced_at.is_not(None), InstallationKey.cleared_at.is_(None)
    )
    return db.session.execute(query).scalar_one_or_none()


def left_over(change: Change) -> list[str]:
    """A line for each store that is not wholly under the present secret."""
    found = [(store.words, store.count_left(change)) for store in registry().keyed_stores()]
    return [f"{words}还有 {count:,} 条在旧钥匙下" for words, count in found if count]


def advice_on_the_log(ring: Keyring) -> list[str]:
    """The log of before stays signed by the secret of before: its public key goes into the settings."""
    keys = [former.public_keys("audit")[0] for former in ring.all[1:]]
    lines = [b64encode(key).decode() for key in keys if not ring.is_retired("audit", key)]
    return [f"以前的操作记录由旧钥匙签名：把 {line} 加进 EXAMOPS_RETIRED_AUDIT_KEYS" for line in lines]


def _must_be_alone(ring: Keyring) -> list[str]:
    """Whoever still runs with the secret of before would write under it."""
    ours = [connection_name(kind, ring) for kind in ("web", "job")]
    found = db.session.execute(OTHERS, {"ours": ours}).all()
    return [f"{one.name} 还有 {one.connections} 个连接用着旧钥匙：两把钥匙都设好，重启这个进程" for one in found]


def _begun(key: InstallationKey) -> datetime:
    """Since when nobody writes under the secret of before: the first run that found everybody restarted."""
    changed = update(InstallationKey).where(InstallationKey.id == key.id)
    values = {"rekeyed_from": func.coalesce(InstallationKey.rekeyed_from, func.clock_timestamp())}
    since = db.session.execute(changed.values(**values).returning(InstallationKey.rekeyed_from)).scalar_one()
    assert since
    return since


def _write_anew(store: KeyedStore, change: Change, most: int) -> list[str]:
    """Rounds over the store until nothing is left; returns what remains, in words."""
    with transaction(SYSTEM):
        left = store.count_left(change)
    done = 0
    unread: tuple[int, ...] = ()
    for _round in range(ROUNDS):
        if not left:
            break
        written, unread = _one_round(store, change, most, done, left)
        done += written
        with transaction(SYSTEM):
            left = store.count_left(change)
        if left and left <= len(unread):
            break
        time.sleep(PAUSE_S if left else 0)
    _say(f"{store.words}：改好 {done:,} 条，还有 {left:,} 条")
    return [_words_of(store, left, unread)] if left else []


def _one_round(store: KeyedStore, change: Change, most: int, done: int, left: int) -> tuple[int, tuple[int, ...]]:
    after: int | None = 0
    written, shown = 0, time.monotonic()
    unread: tuple[int, ...] = ()
    while after is not None:
        batch = retried(partial(_batch, store, change, after, most))
        after, written, unread = batch.last, written + batch.written, unread + batch.unread
        if time.monotonic() - shown > 2:
            shown = time.monotonic()
            _say(f"{store.words}：{done + written:,} / {done + left:,}")
    return written, unread


def _batch(store: KeyedStore, change: Change, after: int, most: int) -> Batch:
    with transaction(SYSTEM):
        return store.write_batch(change, after, most)


def _words_of(store: KeyedStore, left: int, unread: Sequence[int]) -> str:
    table = store.columns[0].split(".")[0]
    if unread:
        named = f"{table} id " + "、".join(map(str, unread[:20]))
        return f"{store.words}有 {len(unread)} 条两把钥匙都打不开，或同一个号码登记了两次（{named}）：联系开发方"
    return f"{store.words}还有 {left:,} 条正被使用：过一会儿再运行一次"


def _clear(key: InstallationKey, change: Change) -> int:
    with transaction(SYSTEM):
        if found := [*_must_be_alone(change.ring), *left_over(change)]:
            return _refuse(found)
        cleared = update(InstallationKey).where(InstallationKey.id == key.id)
        db.session.execute(cleared.values(cleared_at=func.clock_timestamp()))
        record(Tag.KEY_CHANGED, ACTOR)
    _say("旧钥匙下什么也没有了")
    for line in (*advice_on_the_log(change.ring), ENDED):
        _say(line)
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _refuse(lines: Sequence[str]) -> int:
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return 1
