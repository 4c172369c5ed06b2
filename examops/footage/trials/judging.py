"""What a trial's measures and pictures show, by the rules of its day: a line each, with clause and next step. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from config.rulebook import Rule, Rulebook
from examops.core.language import N_, Message, join_messages, message
from examops.footage.pictures.health import faults_of
from examops.footage.wording import ALARM_WORDS
from video.health import Fault, Grey, Thresholds

Line = dict[str, Any]
BLIND = (Fault.BLACK, Fault.FROZEN)


def judge_trial(measures: Mapping[str, Any], greys: Sequence[Grey], rules: Rulebook, day: date) -> list[Line]:
    """``greys``: the pictures in order of time, 320 wide."""
    return [
        _first_picture(rules["trial.first_picture_seconds_max"].on(day), measures["first_picture_ms"] / 1000),
        *_size(measures, rules, day),
        _least(rules["trial.frames_per_second_min"].on(day), N_("每秒画面数"), measures["frames_per_second"]),
        _least(rules["trial.picture_percent_min"].on(day), N_("有画面的时间（%）"), _percent(measures)),
        _clock(rules["footage.clock_skew_ms"].on(day), measures["clock_offset_ms"]),
        _most(rules["trial.bytes_per_second_max"].on(day), N_("每秒字节数"), measures["bytes_per_second"]),
        _picture(greys, rules, day),
    ]


def is_passed(lines: Sequence[Line]) -> bool:
    """A clock that the camera does not tell is "?", which does not fail it."""
    return all(line["outcome"] != "fail" for line in lines)


def _first_picture(rule: Rule, seconds: float) -> Line:
    found, limit = message(N_("{value} 秒"), value=f"{seconds:g}"), message(N_("≤ {value} 秒"), value=rule.value)
    return _line(rule, N_("第一幅画面"), seconds <= rule.value, found, limit)


def _percent(measures: Mapping[str, Any]) -> float:
    whole = max(1.0, measures["seconds"] * 1000)
    return round(max(0.0, 100 * (1 - measures["gap_ms"] / whole)), 1)


def _size(measures: Mapping[str, Any], rules: Rulebook, day: date) -> list[Line]:
    width, height = rules["footage.min_width"].on(day), rules["footage.min_height"].on(day)
    advice = N_("把摄像机这一路的主码流设为 1280×720 或更高")
    return [
        _least(width, N_("画面宽度"), measures["width"], advice),
        _least(height, N_("画面高度"), measures["height"], advice),
    ]


ADVICE = {
    "trial.first_picture_seconds_max": N_("查网线和交换机，把关键帧间隔设为 2 秒"),
    "trial.frames_per_second_min": N_("把摄像机的帧率设高，光线太暗时加灯"),
    "trial.picture_percent_min": N_("查网线、供电和交换机，再试一次"),
    "trial.bytes_per_second_max": N_("把摄像机的码率设低，编码用 H.264"),
    "footage.clock_skew_ms": N_("在摄像机上打开校时（NTP）"),
}


def _least(rule: Rule, word: str, found: float, advice: str = "") -> Line:
    return _line(rule, word, found >= rule.value, found, message("≥ {value}", value=rule.value), advice)


def _most(rule: Rule, word: str, found: float) -> Line:
    return _line(rule, word, found <= rule.value, found, message("≤ {value}", value=rule.value))


def _clock(rule: Rule, offset: int | None) -> Line:
    limit = message(N_("≤ {value} 毫秒"), value=rule.value)
    if offset is None:
        return _line(rule, N_("时钟偏差"), None, message(N_("摄像机没有报时")), limit)
    return _line(rule, N_("时钟偏差"), abs(offset) <= rule.value, message(N_("{value} 毫秒"), value=offset), limit)


def _picture(greys: Sequence[Grey], rules: Rulebook, day: date) -> Line:
    """Black in any picture, or no difference between any two that follow each other."""
    thresholds = Thresholds.of(lambda key: rules.value(key, day))
    rule = rules["camera_health.black_mean_max"].on(day)
    if not greys:
        return _line(rule, N_("画面"), False, message(N_("没有一幅画面解得出")), message(""), N_("换一种编码设置再试"))
    before: list[Grey | None] = [None, *greys]
    found = [faults_of(grey, before[n], None, thresholds) & set(BLIND) for n, grey in enumerate(greys)]
    is_frozen = len(greys) > 1 and all(Fault.FROZEN in one for one in found[1:])
    faults = [Fault.BLACK] if any(Fault.BLACK in one for one in found) else [Fault.FROZEN] if is_frozen else []
    if faults:
        rule = rules[f"camera_health.{'black_mean_max' if faults[0] is Fault.BLACK else 'frozen_motion_max'}"].on(day)
        words: Message = join_messages(N_("、"), [message(ALARM_WORDS[one]) for one in faults])
        return _line(rule, N_("画面"), False, words, message(""), N_("取下镜头盖，查电源和灯光，重启摄像机再试"))
    is_compared = len(greys) > 1
    words = (
        message(N_("{count} 幅画面正常"), count=len(greys))
        if is_compared
        else message(N_("只有一幅画面，看不出是否冻结"))
    )
    return _line(rule, N_("画面"), True if is_compared else None, words, message(""), N_("把关键帧间隔设短，再试一次"))


def _line(rule: Rule, word: str, is_met: bool | None, found: float | Message, limit: Message, advice: str = "") -> Line:
    advice = advice or ADVICE.get(rule.key, "")
    return {
        "rule": rule.key,
        "hash": rule.content_hash,
        "outcome": "unclear" if is_met is None else "pass" if is_met else "fail",
        "clause": message(word),
        "found": found if isinstance(found, Message) else message(f"{found:g}"),
        "limit": limit,
        "cited": rule.clause,
        "text": rule.text,
        "source": rule.source,
        "is_provisional": rule.is_provisional,
        "advice": message(advice) if advice else message(""),
    }
