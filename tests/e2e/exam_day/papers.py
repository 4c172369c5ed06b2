"""What the coordinator brings: the roster as a workbook and the photos as a zip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tests.domains.eligibility.people import an_id
from tests.domains.eligibility.sheets import xlsx
from tests.domains.eligibility.test_photos import picture, zipped

HEAD = (
    "姓名",
    "身份证号",
    "用工形式",
    "班组",
    "劳务派遣单位",
    "派遣起始日期",
    "参保单位",
    "参保地",
    "工作地",
    "从事本职业起始日期",
    "原证书等级",
    "原证书编号",
    "发证日期",
)
AGENCY = "广东众诚劳务派遣有限公司"


@dataclass(frozen=True)
class Person:
    name: str
    id_number: str
    is_agency: bool = False
    agency_days: int = 900  # how long before the cut-off day the agency sent them


FIRST = Person("陈小明", an_id("440604", "19900101", "001"))
SECOND = Person("何志兰", an_id("440605", "19880214", "042"))
FACELESS = Person("梁永健", an_id("440606", "19920730", "117"))
AGENCY_WORKER = Person("黎文静", an_id("440607", "19951111", "208"), is_agency=True)
TOO_SHORT = Person("谢家豪", an_id("440608", "19970305", "311"), is_agency=True, agency_days=355)
MISTYPED = Person("罗美玲", an_id("440606", "19930821", "424"))
EVERYBODY = (FIRST, SECOND, FACELESS, AGENCY_WORKER, TOO_SHORT, MISTYPED)


def mistyped(number: str) -> str:
    return number[:-1] + ("0" if number[-1] != "0" else "1")


def roster(cut_off: date) -> bytes:
    """The list as the workshop wrote it; one number has a wrong last digit."""
    return xlsx([HEAD, *[_row(person, cut_off) for person in EVERYBODY]])


def _row(person: Person, cut_off: date) -> tuple[str, ...]:
    number = mistyped(person.id_number) if person is MISTYPED else person.id_number
    since = (cut_off - timedelta(days=person.agency_days)).isoformat() if person.is_agency else "2015-03-01"
    kind, agency = ("劳务派遣", AGENCY) if person.is_agency else ("正式", "")
    certificate = ("五级", "4419000000000001", "2019-05-01")
    return (
        person.name,
        number,
        kind,
        "总装线 1 班",
        agency,
        since,
        agency or "本单位",
        "佛山",
        "佛山顺德",
        "2015-03-01",
        *certificate,
    )


def photos() -> bytes:
    """One for nearly everybody: one person is missing, one picture is blurred."""
    files = {f"{person.name}_{person.id_number}.jpg": picture() for person in (FIRST, SECOND, AGENCY_WORKER)}
    files[f"{MISTYPED.name}_{MISTYPED.id_number}.jpg"] = picture(blur=6)
    return zipped(files)
