"""Recordings, gaps, pictures, the wall and the review room. The only user of video/."""

from examops.core.domain import Domain, JobSpec, MenuEntry
from examops.core.language import N_
from examops.footage.entry.admission import sight_until
from examops.footage.entry.entering import OF_THE_PICTURE, change_by_file

__all__ = ["DOMAIN", "OF_THE_PICTURE", "change_by_file", "sight_until"]

DOMAIN = Domain(
    "examops.footage",
    models=("models", "trials.models"),
    pages=(
        "pages:bp",
        "archive.quarantine_pages:bp",
        "pictures.mark_pages:bp",
        "trials.pages:bp",
        "entry.pages:bp",
    ),
    apis=("entry.api:bp", "trials.api:bp", "pictures.mark_api:bp"),
    device_apis=("recorders.trial_api:bp",),
    menu=(
        MenuEntry("footage.armed_hours", N_("录像时段"), "video", places={"security": 1}),
        MenuEntry(
            "footage.wall",
            N_("督导墙"),
            "layout-grid",
            places={"supervisor": 1, "city_bureau": 2, "city_centre": 2, "district_bureau": 2, "district_centre": 2},
            pages=("trials.index", "trials.show"),
        ),
        MenuEntry(
            "footage.flags",
            N_("标记"),
            "flag",
            places={"supervisor": 3, "city_bureau": 3, "city_centre": 3, "district_bureau": 3, "district_centre": 3},
        ),
        MenuEntry(
            "quarantine.index",
            N_("隔离录像"),
            "alert-triangle",
            places={
                "supervisor": 4,
                "operator": 3,
                "city_bureau": 4,
                "city_centre": 4,
                "district_bureau": 4,
                "district_centre": 4,
            },
        ),
    ),
    filters="filters:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_words="wording:DETAIL_WORDS",
    invariants="invariants:INVARIANTS",
    keyed="entry.keyed:STORES",
    tasks=("jobs",),
    timed_jobs=(
        JobSpec("arm-cameras", "footage.arm", "*/30 * * * * *", 2, "once", N_("签到前按规定提前开始录像")),
        JobSpec("disarm-cameras", "footage.disarm", "*/30 * * * * *", 5, "once", N_("最后一人交卷后按规定停止录像")),
        JobSpec(
            "watch-cameras",
            "footage.watch_cameras",
            "*/30 * * * * *",
            2,
            "skip",
            N_("摄像机离线、黑屏、画面不动时报警"),
        ),
        JobSpec(
            "watch-trials",
            "footage.watch_trials",
            "* * * * *",
            10,
            "skip",
            N_("试运行没有录像盒接时报警，中途断开的重新交给录像盒"),
        ),
        JobSpec("find-gaps", "footage.find_gaps", "* * * * *", 10, "once", N_("应录未录的时段记为缺口")),
        JobSpec(
            "settle-gaps", "footage.settle_gaps", "7 * * * *", 90, "once", N_("缺口与已核实的录像相矛盾时以录像为准")
        ),
        JobSpec(
            "find-scan-frames",
            "footage.find_scan_frames",
            "* * * * *",
            10,
            "skip",
            N_("从已归档的录像里截取扫码时的画面"),
        ),
        JobSpec(
            "plan-retention",
            "footage.plan_retention",
            "10 2 * * *",
            120,
            "once",
            N_("按保存期试算可清理的录像（只列出，不删除）"),
        ),
    ),
)
