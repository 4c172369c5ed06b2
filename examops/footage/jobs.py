"""Timed and queued work of footage. Every body opens its own transaction and is safe to run twice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from procrastinate import RetryStrategy

from config.rulebook import rulebook
from examops.core.clock import today
from examops.core.extensions import clock, store
from examops.core.jobs import defer, queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive import arming, gap_reports, gaps, retention, verification
from examops.footage.pictures import scan_frames, stills, strips
from examops.footage.pictures.health import thresholds_of
from examops.footage.pictures.keyframes import picture_at
from examops.footage.pictures.references import learn_once
from examops.footage.trials import asking


@queue.task(name="footage.arm", queue="timed")
def arm() -> Message | str:
    with transaction(SYSTEM):
        planned = arming.plan_due(rulebook(), clock())
        armed = arming.arm_due(clock())
    return message(N_("排定 {planned} 路，布防 {armed} 路"), planned=planned, armed=armed) if planned or armed else ""


@queue.task(name="footage.disarm", queue="timed")
def disarm() -> Message | str:
    with transaction(SYSTEM):
        count = arming.disarm_due(clock(), rulebook())
    return message(N_("撤防 {count} 路"), count=count) if count else ""


@queue.task(name="footage.watch_cameras", queue="timed")
def watch_cameras() -> Message | str:
    with transaction(SYSTEM):
        count = arming.watch_cameras(rulebook(), clock())
    return message(N_("{count} 个新告警"), count=count) if count else ""


@queue.task(name="footage.watch_trials", queue="timed")
def watch_trials() -> Message | str:
    with transaction(SYSTEM):
        count = asking.watch_trials(rulebook(), clock())
    return message(N_("{count} 次试运行有变化"), count=count) if count else ""


@queue.task(name="footage.find_gaps", queue="timed")
def find_gaps() -> Message | str:
    """One short transaction per camera: a long run must not hold the rows of the others."""
    with transaction(SYSTEM):
        ids = gaps.armings_to_check(clock())
    made = 0
    for arming_id in ids:
        with transaction(SYSTEM):
            made += len(gaps.derive_gaps(gaps.lock_arming(arming_id), rulebook(), clock()))
    return message(N_("{count} 个缺口"), count=made) if made else ""


@queue.task(name="footage.settle_gaps", queue="timed")
def settle_gaps() -> Message | str:
    """Gaps over verified footage from before it was believed at once: they give way, an arming at a time."""
    with transaction(SYSTEM):
        ids = gap_reports.contradicted_armings()
    settled = 0
    for arming_id in ids:
        with transaction(SYSTEM):
            settled += gap_reports.supersede_contradicted(gaps.lock_arming(arming_id))
    return message(N_("{count} 个缺口已有核实的录像"), count=settled) if settled else ""


@queue.task(name="footage.plan_retention", queue="timed")
def plan_retention() -> Message | str:
    with transaction(SYSTEM):
        plan = retention.plan_retention(rulebook(), clock())
    size = sum(item.size for item in plan) // 1_000_000
    return message(N_("{count} 段到期，共 {size} MB，未删除"), count=len(plan), size=size)


@queue.task(name="footage.sample", queue="media", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def sample(segment_uid: str) -> Message | str:
    """Frames of one archived segment; decoding and the store are outside of any transaction."""
    uid = UUID(segment_uid)
    seconds = rulebook().value("footage.sample_seconds", today(clock()))
    with transaction(SYSTEM):
        source = strips.source_of(uid, store())
    if source is None:
        return message(N_("不是已核实的录像段"))
    strip = strips.draw(source, seconds)
    if strip is not None and strip.has_no_picture:
        strip = strips.draw(source, 1)  # every keyframe there is
    if strip is None or strip.has_no_picture:
        with transaction(SYSTEM):
            verification.take_back(uid, "content.no_picture", rulebook(), clock())
        return message(N_("没有一帧解得出，改为隔离"))
    strips.keep(strip, uid, store())
    learn_once(strip, source.arming_uid, store(), thresholds_of(rulebook(), clock())[0])
    with transaction(SYSTEM):
        strips.note(strip, uid, clock())
    frames = len(strip.index["frames"])
    return message(N_("{frames} 帧，{undecodable} 帧解不出"), frames=frames, undecodable=strip.undecodable)


@queue.task(name="footage.still", queue="media", retry=RetryStrategy(max_attempts=12, linear_wait=30))
def still(flag_uid: str, moment: str) -> Message | str:
    """The still of a flag. Footage of the last minutes may still be on its way: then it is tried again."""
    uid, at = UUID(flag_uid), datetime.fromisoformat(moment)
    with transaction(SYSTEM):
        source = stills.source_at(uid, at, store())
    if source is None:
        return message(N_("已有静帧"))
    jpeg = picture_at(source, at, stills.FULL_WIDTH)
    store().put("derived", stills.still_key(uid), jpeg, "image/jpeg")
    with transaction(SYSTEM):
        stills.note_still(uid, source, jpeg, clock())
    return ""


@queue.task(name="footage.find_scan_frames", queue="timed")
def find_scan_frames() -> Message | str:
    """Footage is archived minutes after a scan, and scans come hours after an outage: both are met here."""
    with transaction(SYSTEM):
        uids = [str(uid) for uid in scan_frames.scans_without_frame(clock())]
        for uid in uids:
            defer("footage.scan_frame", queue_name="media", once=f"footage.scan_frame:{uid}", scan_uid=uid)
    return message(N_("{count} 次扫码的画面可以截取"), count=len(uids)) if uids else ""


@queue.task(name="footage.scan_frame", queue="media", retry=RetryStrategy(max_attempts=4, exponential_wait=4))
def scan_frame(scan_uid: str) -> Message | str:
    """The picture of one scan; decoding and the store are outside of any transaction."""
    with transaction(SYSTEM):
        moment = scan_frames.moment_of(UUID(scan_uid), store(), clock())
    if moment is None:
        return message(N_("已有画面，或还没有录像"))
    jpeg: bytes | None
    try:
        jpeg = picture_at(moment.source, moment.at, scan_frames.WIDTH)
    except ValueError:
        jpeg = None
    if jpeg is not None:
        store().put("derived", moment.key, jpeg, "image/jpeg")
    with transaction(SYSTEM):
        scan_frames.note_frame(moment, jpeg, clock())
    return "" if jpeg is not None else message(N_("画面解不出"))
