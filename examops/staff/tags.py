"""Events that the log keeps of people on duty: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    STAFF_IDENTIFIED = "staff_member:identified"
    STAFF_ADDED = "staff_member:added"
    STAFF_CHANGED = "staff_member:changed"
    CARD_ADDED = "staff_member:card_added"
    CARD_CHANGED = "staff_member:card_changed"
    CARD_ENDED = "staff_member:card_ended"
    STAFF_IMPORTED = "body:staff_imported"
    RELATIONS_IMPORTED = "body:relations_imported"
    STAFF_EXPORTED = "body:staff_exported"
    CITY_PERSON_ADDED = "city_person:added"
    CITY_PERSON_CHANGED = "city_person:changed"
    CITY_PERSON_ENDED = "city_person:ended"
    CITY_AVAILABILITY_STATED = "city_person:availability_stated"
    CITY_AVAILABILITY_WITHDRAWN = "city_person:availability_withdrawn"
    CITY_RECUSAL_DECLARED = "city_person:recusal_declared"
    CITY_RECUSAL_WITHDRAWN = "city_person:recusal_withdrawn"
    ACCOUNT_LINKED = "staff_member:account_linked"
    ACCOUNT_UNLINKED = "staff_member:account_unlinked"
    AVAILABILITY_STATED = "staff_member:availability_stated"
    AVAILABILITY_WITHDRAWN = "staff_member:availability_withdrawn"


TAG_LABELS: dict[str, str] = {
    Tag.STAFF_IDENTIFIED: N_("登记考务人员身份证号"),
    Tag.STAFF_ADDED: N_("登记考务人员"),
    Tag.STAFF_CHANGED: N_("改考务人员资料"),
    Tag.CARD_ADDED: N_("登记证件或任命"),
    Tag.CARD_CHANGED: N_("改证件或任命"),
    Tag.CARD_ENDED: N_("提前结束证件或任命"),
    Tag.STAFF_IMPORTED: N_("从表格导入考务人员"),
    Tag.RELATIONS_IMPORTED: N_("从表格导入回避关系"),
    Tag.STAFF_EXPORTED: N_("导出考务人员"),
    Tag.CITY_PERSON_ADDED: N_("登记市里人员"),
    Tag.CITY_PERSON_CHANGED: N_("改市里人员"),
    Tag.CITY_PERSON_ENDED: N_("结束市里人员的任期"),
    Tag.CITY_AVAILABILITY_STATED: N_("登记市里人员能来或不能来的时间"),
    Tag.CITY_AVAILABILITY_WITHDRAWN: N_("撤回市里人员能来或不能来的时间"),
    Tag.CITY_RECUSAL_DECLARED: N_("登记市里人员的回避"),
    Tag.CITY_RECUSAL_WITHDRAWN: N_("撤回市里人员的回避"),
    Tag.ACCOUNT_LINKED: N_("账号关联到人员"),
    Tag.ACCOUNT_UNLINKED: N_("解除账号和人员的关联"),
    Tag.AVAILABILITY_STATED: N_("登记能来或不能来的时间"),
    Tag.AVAILABILITY_WITHDRAWN: N_("撤回能来或不能来的时间"),
}
DETAIL_LABELS: dict[str, str] = {
    "others": N_("另有机构登记"),
    "card": N_("证件"),
    "columns": N_("改了的项目"),
    "last": N_("最后一天"),
    "added": N_("新登记"),
    "is_free": N_("能来"),
    "account": N_("账号"),
}
