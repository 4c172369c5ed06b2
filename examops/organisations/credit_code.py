"""The unified social credit code (GB 32100-2015). Some codes in use fail their own checksum, and a unit that moves
keeps the code of the office that registered it first: ask, never block."""

from __future__ import annotations

from dataclasses import dataclass

from config.divisions import FOSHAN, divisions
from examops.core.language import N_, Message, join_messages, message

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
BASE, MODULUS = 3, 31
NATION, PROVINCE = "100000", "440000"  # their offices register units of every city
WEIGHTS = tuple(pow(BASE, place, MODULUS) for place in range(LENGTH - 1))


@dataclass(frozen=True)
class CodeReading:
    """The code made plain, and a warning code: ``""``, ``length``, ``characters`` or ``checksum``."""

    code: str
    warning: str

    @property
    def is_sound(self) -> bool:
        return not self.warning


def check_character(first_seventeen: str) -> str:
    """The eighteenth character that belongs to seventeen of the alphabet."""
    total = sum(ALPHABET.index(mark) * weight for mark, weight in zip(first_seventeen, WEIGHTS, strict=True))
    return ALPHABET[-total % MODULUS]


def read_credit_code(text: str) -> CodeReading:
    """Whether the code is well formed. The caller shows the warning and asks for a reason; it does not refuse."""
    code = "".join(text.split()).upper()
    if len(code) != LENGTH:
        return CodeReading(code, "length")
    if not set(code) <= set(ALPHABET):
        return CodeReading(code, "characters")
    return CodeReading(code, "" if code[-1] == check_character(code[:-1]) else "checksum")


FAULTS = {
    "length": N_("不是 18 位"),
    "characters": N_("有不该出现的字符"),
    "checksum": N_("校验位对不上"),
}


def registered_elsewhere(code: str) -> str:
    """Where the office sits that registered the unit, if in another city: digits 3 to 8 are its division
    (GB 32100-2015). Empty for Foshan, for offices of the province and the nation, and where they name no division."""
    region, known = code[2:8], divisions()
    if region.startswith(FOSHAN) or region in (NATION, PROVINCE):
        return ""
    return known.provinces.get(region[:2], "") + known.prefectures.get(region[:4], "")


def elsewhere_words(code: str) -> Message | None:
    """What whoever judges is told of a code that another city gave."""
    place = registered_elsewhere(code)
    words = N_(
        "信用代码第 3 至 8 位（GB 32100-2015）说，登记机关在{place}。"
        "评价机构要在佛山注册登记（市工作方案 一(一)、二(一)1）：对照证照看住所；迁来本市的单位沿用原代码。"
    )
    return message(words, place=place) if place else None


def doubts_of(code: str) -> list[Message]:
    """What somebody has to say a reason for before the code is taken as it is written."""
    reading = read_credit_code(code)
    found = [message(FAULTS[reading.warning])] if reading.warning else []
    place = registered_elsewhere(reading.code)
    return [*found, message(N_("登记机关在{place}，不在佛山"), place=place)] if place else found


def doubtful_words(code: str) -> Message:
    """The code with its doubts."""
    return message(N_("{code}（{doubts}）"), code=code, doubts=join_messages(N_("、"), doubts_of(code)))
