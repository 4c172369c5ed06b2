"""``python -m examops catalogue import FILE``: a preview; with ``--apply`` the file is taken over, whole or not at all.

The running processes read the catalogue when they start: they show the new one after a restart.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from config.occupations import FOLDER, Catalogue, CatalogueFault, Occupation, load
from config.rulebook import rulebook
from examops.audit import record
from examops.catalogue.decisions import decisions_of
from examops.catalogue.importing.incoming import Incoming, read_incoming
from examops.catalogue.importing.merging import (
    Change,
    Merged,
    Place,
    changes,
    is_written,
    merge,
    undone_on_error,
    write,
)
from examops.catalogue.labels import SECTORS, value_label, value_words
from examops.catalogue.tags import Tag
from examops.catalogue.values import Value
from examops.core.actor import Actor
from examops.core.clock import today
from examops.core.extensions import clock, settings
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction

ACTOR = Actor.system("目录命令")


def main(arguments: list[str], app: Flask) -> int:
    """0 when it is done, 1 when it is refused; then nothing was written."""
    options = _parser().parse_args(arguments)
    with app.app_context():
        try:
            return _import(options)
        except FileNotFoundError as error:
            sys.stderr.write(f"没有这个文件：{error.filename}\n")
            return 1
        except (OSError, CatalogueFault) as error:
            sys.stderr.write(f"{error}\n")
            return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m examops catalogue", description="职业目录")
    commands = parser.add_subparsers(required=True, metavar="命令")
    one = commands.add_parser("import", help="预览一份目录（XLSX 或 YAML）；加 --apply 才写入")
    one.add_argument("file", type=Path)
    one.add_argument("--apply", action="store_true", help="写入；有一处不对就一处也不写")
    one.add_argument("--with-confirmed", action="store_true", help="也替换市里已作决定的值的出处；决定仍然有效")
    one.add_argument("--into", type=Path, help="另一处目录的文件夹（试用），导入的也写在那里")
    return parser


def _import(options: argparse.Namespace) -> int:
    place = Place(options.into) if options.into else Place(FOLDER, settings().imports)
    incoming = read_incoming(options.file, place.read())
    merged = merge(incoming, place) if not incoming.faults else None
    faults = incoming.faults or (merged.faults if merged else [])
    if faults or merged is None or merged.catalogue is None:
        sys.stderr.write("".join(f"{line}\n" for line in [*faults, f"共 {len(faults)} 处要改，什么都没有写入。"]))
        return 1
    with undone_on_error(place), transaction(SYSTEM):
        before = load(place.folder, place.imports)
        codes = sorted(incoming.occupations)
        day = today(clock())
        found = changes(before, merged.catalogue, codes, day, rulebook(), [*decisions_of(codes)])
        sys.stdout.write("".join(f"{line}\n" for line in preview(found, before, merged.catalogue, codes)))
        if is_written(merged.text, place):
            sys.stdout.write("与上一次导入的一样，没有要写入的。\n")
            return 0
        decided = [change for change in found if change.decision]
        if not options.apply:
            sys.stdout.write("这是预览，什么都没有写入。加 --apply 写入。\n")
            return 0
        if decided and not options.with_confirmed:
            words = f"有 {len(decided)} 个值市里已作决定，看过标“已决定”的各行再加 --with-confirmed"
            sys.stderr.write(f"{words}；什么都没有写入。\n")
            return 1
        _apply(options, incoming, merged, place)
    sys.stdout.write(f"已写入 {len(incoming.occupations)} 个职业：{place.file}。重启网页和任务进程后生效。\n")
    if place.moved:
        sys.stdout.write(f"以前导入的也在里面了；程序文件夹里的 {place.moved} 不再读，可以删掉。\n")
    return 0


def _apply(options: argparse.Namespace, incoming: Incoming, merged: Merged, place: Place) -> None:
    """The log and the file, both or neither: see ``undone_on_error``."""
    digest = hashlib.sha256(options.file.read_bytes()).hexdigest()
    count = len(incoming.occupations)
    record(Tag.CATALOGUE_IMPORTED, ACTOR, words=options.file.name, sha256=digest, count=count)
    write(merged.text, place)


def preview(found: list[Change], before: Catalogue, after: Catalogue, codes: list[str]) -> Iterator[str]:
    """New, changed, named otherwise and gone, a line for each."""
    known = before.by_code
    new = [code for code in codes if code not in known]
    changed = [change for change in found if change.before is not None]
    gone = sorted(set(known) - set(codes))
    yield f"新增 {len(new)} 个职业，改动 {len(changed)} 个值，文件里没有的 {len(gone)} 个。"
    for code in new:
        yield f"  + {code} {next(change.name for change in found if change.code == code)}"
    for change in changed:
        yield f"  ~ {change.code} {change.name} {value_label(change.after.key)}：{_words(change.before)}"
        yield f"    → {_words(change.after)}{_decided(change)}"
    for code in codes:
        if old := known.get(code):
            yield from (f"  ~ {code} {old.name} {line}" for line in _renamed(old, after.by_code[code]))
    yield from (f"  - {code}：目录里有，文件里没有，保留不动" for code in gone)


def _renamed(old: Occupation, new: Occupation) -> Iterator[str]:
    """What is no value of its own: by names rosters find an occupation, by its industry a reader does."""
    for word, was, now in (
        ("名称", old.name, new.name),
        ("英文名称", old.name_en, new.name_en),
        ("工种", "、".join(old.aliases), "、".join(new.aliases)),
        ("行业", SECTORS[old.sector], SECTORS[new.sector]),
    ):
        if was != now:
            yield f"{word}：{was or '没有'} → {now or '没有'}"


def _words(value: Value | None) -> str:
    if value is None:
        return "没有"
    return f"{value_words(value.what, value.base)}（{value.source or '无出处'}）"


def _decided(change: Change) -> str:
    if change.decision is None:
        return ""
    words = value_words(change.after.what, change.decision.value["value"])
    return f"【已决定：{words}，{change.decision.document_number}，决定仍然有效】"
