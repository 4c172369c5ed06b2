"""What alarms, conditions, verdicts and states of flags are called on pages: class of the mark, word."""

from __future__ import annotations

from examops.core.language import N_
from examops.footage.labels import GAP_REASONS, SEVERITIES
from examops.web.labels import words_in

ALARM_WORDS = {
    "not_armed": N_("未布防"),
    "offline": N_("离线"),
    "black": N_("黑屏"),
    "frozen": N_("画面冻结"),
    "blurred": N_("画面模糊"),
    "covered": N_("被遮挡"),
    "moved": N_("画面移动"),
    "clock": N_("时钟偏差"),
    "spool": N_("盒子磁盘将满"),
    "quarantined": N_("录像被隔离"),
    "damaged": N_("画面损坏"),
    "recorder": N_("录像盒有故障，请查看盒子日志"),
    "trial": N_("试运行没有录像盒接：请查盒子的电源和网络"),
}
# Code at the head of a recorder's detail → what to set or to look at. Where one is known, it says more than the reason.
CAUSES = {
    "not_h264": N_("编码不是 H.264：请把摄像机这一路设为 H.264"),
    "udp_only": N_("摄像机只用 UDP 传送：请在摄像机上打开 RTSP over TCP"),
    "rtsps": N_("地址是 rtsps://：请改成摄像机的 rtsp:// 地址"),
    "bad_address": N_("地址写错了：应为 rtsp://主机:端口/路径，不带用户名和密码"),
    "busy": N_("摄像机连接已满：请关掉别处看它画面的软件"),
    "no_answer": N_("连不上摄像机：请查电源、网线和地址"),
    "no_picture": N_("连上了但没有画面：请查摄像机这一路是否启用"),
    "stalled": N_("画面停顿"),
    "no_recorder": N_("那时考点还没有配对好的录像盒"),
    "recorder_away": N_("考点的录像盒没有联系：请查盒子的电源和网络"),
    "recorder_missing": N_("考点还没有配对好的录像盒：请在“设备”页配对"),
}
# Pictures that prove nothing are red; the rest asks for a look.
SERIOUS = frozenset({"not_armed", "offline", "black", "frozen", "covered", "moved", "quarantined"})
VERDICTS = {"clean": ("done", N_("未见异常")), "doubts": ("look", N_("有疑点")), "violation": ("stop", N_("有违规"))}
FLAG_STATES = {
    "open": ("look", N_("待看")),
    "escalated": ("look", N_("已上报")),
    "confirmed": ("stop", N_("属实，待处理")),
    "acted": ("done", N_("属实，已处理")),
    "dismissed": ("done", N_("已了结")),
}
# what the button of each decision says
FLAG_ACTIONS = {"confirmed": N_("属实"), "dismissed": N_("了结"), "escalated": N_("上报"), "acted": N_("已处理")}
ARMING_STATES = {
    "planned": ("wait", N_("待布防")),
    "armed": ("act", N_("录像中")),
    "disarmed": ("done", N_("已撤防")),
    "cancelled": ("off", N_("已取消")),
}
# reason → (word, what it means)
QUARANTINE_REASONS = {
    "signature.invalid": (N_("签名不符"), N_("清单不是本考点配对过的录像盒签的，或内容被改过")),
    "chain.broken": (N_("前后不相连"), N_("和前后段记下的摘要接不上")),
    "time.outside_arming": (N_("不在布防时间"), N_("画面不在考试录像的时段内，不得使用，不能放行")),
    "time.future": (N_("时间在将来"), N_("送来时画面的时间还没有到：请核对录像盒的时钟")),
    "time.late": (N_("送来太晚"), N_("画面早于一周以前，又没有标明是事后补取：请核对从哪里来")),
    "time.overlap": (N_("同一时间有两份"), N_("这段时间已有核实的录像：请两份都看过再放行")),
    "content.not_video": (N_("不是录像"), N_("字节与清单相同，但不是录像盒写的视频文件，不能放行")),
    "content.no_picture": (N_("没有画面"), N_("一帧也解不出来，不能当作录像，不能放行")),
    "store.mismatch": (N_("字节不符"), N_("存储里的字节与签名清单的摘要不同，不能放行")),
}
QUARANTINE_DECISIONS = {"released": ("act", N_("已放行，等录像盒补传")), "kept": ("off", N_("保持隔离"))}
WAYS_TO_LOOK = {"live": N_("实时"), "playback": N_("回放"), "stills": N_("静帧"), "frames": N_("抽帧")}
TRIAL_STATES = {
    "asked": ("wait", N_("等录像盒接")),
    "running": ("act", N_("正在试运行")),
    "passed": ("done", N_("通过")),
    "failed": ("stop", N_("没有通过")),
    "could_not_run": ("look", N_("不能进行")),
}
# Why a trial could not run, beside the causes and reasons of a recorder.
TRIAL_CAUSES = {
    "camera_changed": N_("试运行时换了地址或画面：请再试一次"),
    "camera_retired": N_("摄像机已撤下"),
    "taken_back": N_("提出的人收回了"),
    "no_recorder_came": N_("没有录像盒来接：请在“设备”页看盒子是否在线"),
    "recorder_lost": N_("录像盒几次中途断开：请查盒子的电源和网络"),
}
# What the log calls the codes in events of each kind of subject.
DETAIL_WORDS = {
    "alarm": ALARM_WORDS,
    "flag": words_in(FLAG_STATES) | words_in(SEVERITIES),
    "footage": WAYS_TO_LOOK,
    "gap": GAP_REASONS,
    "review": words_in(VERDICTS),
    "trial": words_in(TRIAL_STATES) | TRIAL_CAUSES,
}


def trial_cause(code: str) -> str:
    """In words somebody can act on."""
    return TRIAL_CAUSES.get(code) or CAUSES.get(code) or GAP_REASONS.get(code, code)


def cause_code(detail: str) -> str:
    """The code at the head of a recorder's detail; "" for a detail of plain words."""
    code = detail.partition(":")[0]
    return code if code in CAUSES else ""


def alarm_class(kind: str) -> str:
    return "stop" if kind in SERIOUS else "look"
