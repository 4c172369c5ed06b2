"""The unified social credit code (GB 32100-2015). Some codes in use fail their own checksum: warn, never block."""

from __future__ import annotations

from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
BASE, MODULUS = 3, 31
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
