"""Events that the log keeps of sessions, bookings and tickets: ``subject:action``. Add freely;
never rename, never reuse.
"""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    CANDIDATES_FOUND = "candidate:found"
    CITY_DUTY_ASSIGNED = "city_person:sent"
    CITY_DUTY_RELEASED = "city_person:taken_back"
    SESSION_CREATED = "session:created"
    SESSION_CHANGED = "session:changed"
    SESSION_MOVED = "session:moved"
    SESSION_PEOPLE_VIEWED = "session:people_viewed"
    STATION_OUT_OF_SERVICE = "workstation:out_of_service"
    STATION_IN_SERVICE = "workstation:in_service"
    CAMERA_OUT_OF_SERVICE = "camera:out_of_service"
    CAMERA_IN_SERVICE = "camera:in_service"
    SESSION_BROKEN = "session:broken"
    SESSION_BREAK_SETTLED = "session:break_settled"
    BOOKING_MADE = "booking:made"
    BOOKING_REFUSED = "booking:refused"
    BOOKING_RELEASED = "booking:released"
    BOOKING_MOVED = "booking:moved"
    NO_SHOWS_PROPOSED = "booking:no_shows_proposed"
    NO_SHOW_CONFIRMED = "booking:no_show_confirmed"
    LOTS_COMMITTED = "turn:lots_committed"
    DUTY_REPLACED = "session:person_replaced"
    START_HELD = "session:start_held"
    RECUSAL_STATED = "session_duty:recusal_stated"
    TICKET_ISSUED = "ticket:issued"
    TICKET_VIEWED = "ticket:viewed"
    TICKETS_PRINTED = "session:tickets_printed"
    DOOR_LIST_PRINTED = "session:door_list_printed"
    LINKS_EXPORTED = "session:links_exported"


TAG_LABELS: dict[str, str] = {
    Tag.CANDIDATES_FOUND: N_("搜索考生"),
    Tag.CITY_DUTY_ASSIGNED: N_("安排市里人员去场次"),
    Tag.CITY_DUTY_RELEASED: N_("收回市里人员"),
    Tag.SESSION_CREATED: N_("新建场次"),
    Tag.SESSION_CHANGED: N_("更改场次"),
    Tag.SESSION_MOVED: N_("场次状态变更"),
    Tag.SESSION_PEOPLE_VIEWED: N_("查看场次考生"),
    Tag.STATION_OUT_OF_SERVICE: N_("工位停用"),
    Tag.STATION_IN_SERVICE: N_("工位恢复"),
    Tag.CAMERA_OUT_OF_SERVICE: N_("摄像机停用"),
    Tag.CAMERA_IN_SERVICE: N_("摄像机恢复"),
    Tag.SESSION_BROKEN: N_("场次受停用影响"),
    Tag.SESSION_BREAK_SETTLED: N_("停用影响已处理"),
    Tag.BOOKING_MADE: N_("排入场次"),
    Tag.BOOKING_REFUSED: N_("未能排入"),
    Tag.BOOKING_RELEASED: N_("退出场次"),
    Tag.BOOKING_MOVED: N_("换轮次"),
    Tag.NO_SHOWS_PROPOSED: N_("拟记缺考"),
    Tag.NO_SHOW_CONFIRMED: N_("确认缺考"),
    Tag.LOTS_COMMITTED: N_("封存抽签种子"),
    Tag.DUTY_REPLACED: N_("当值换人"),
    Tag.START_HELD: N_("不能开考"),
    Tag.RECUSAL_STATED: N_("回避声明"),
    Tag.TICKET_ISSUED: N_("发准考证"),
    Tag.TICKET_VIEWED: N_("查看准考证"),
    Tag.TICKETS_PRINTED: N_("打印准考证"),
    Tag.DOOR_LIST_PRINTED: N_("打印门口名单"),
    Tag.LINKS_EXPORTED: N_("下载考生链接"),
}
