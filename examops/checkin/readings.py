"""What a scanner, a camera or fingers gave: a ticket's code or an ID number, known by its form alone.

The same forms stand in ``frontend/src/desk/reading.ts``. What has neither form is a misread: no verdict on anybody.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from examops.core.errors import Invalid
from examops.core.language import N_
from examops.eligibility import check_character, mask

CODE_LENGTH = 26  # characters of A–Z and 2–7, see sessions/booking/tickets.py
_RUN = re.compile(rf"[A-Z2-7]{{{CODE_LENGTH},}}")
_ID_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9X](?![0-9A-Z])")
_SYMBOLOGY = re.compile(r"^\][A-Z][0-9A-Z]")  # ISO/IEC 15424: a scanner may say first what kind of code it read
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")


class Misread(Invalid):
    code, message = "scan.misread", N_("没有读全，不算一次签到")
    advice = N_("请把准考证上的码再扫一次；扫不出就输入身份证号")


class WrongIdNumber(Misread):
    message, advice = N_("身份证号 {number} 对不上校验位"), N_("请看着证件再输一遍")


@dataclass(frozen=True)
class ReadText:
    """``codes``: the code, or where more letters stand around it every place it may begin at. Else ``id_number``."""

    codes: tuple[str, ...] = ()
    id_number: str = ""

    @property
    def key(self) -> str:
        """What two readings of the same thing share."""
        return self.codes[0] if self.codes else self.id_number


def normalise(text: str) -> str:
    """Full-width characters made plain (NFKC), capitals, no blanks, no mark of the kind of code."""
    return _SYMBOLOGY.sub("", _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper())


def read_text(text: str) -> ReadText:
    """The code or number in ``text``. Raises Misread for anything else, and for a number with a wrong check digit."""
    plain = normalise(text)
    if runs := _RUN.findall(plain):
        places = ((run, start) for run in runs for start in range(len(run) - CODE_LENGTH + 1))
        return ReadText(codes=tuple(run[start : start + CODE_LENGTH] for run, start in places))
    found = _ID_NUMBER.search(plain)
    if found is None:
        raise Misread()
    number = found.group()
    if check_character(number[:17]) != number[17]:
        raise WrongIdNumber(number=mask(number))
    return ReadText(id_number=number)
