"""Six digits by text message, or by mail where the installation sends none: whoever asks has the telephone in hand."""

from __future__ import annotations

import hmac
import secrets
import uuid
from datetime import timedelta
from typing import Any

from config.rulebook import Rulebook
from config.settings import Settings
from examops.accounts import count_attempt
from examops.core.clock import Clock, today
from examops.core.errors import Conflict, Invalid
from examops.core.extensions import keyring
from examops.core.keys import Keyring
from examops.core.language import N_
from examops.offices import Recipient, tell
from examops.organisations.openings.models import OpeningRequest
from examops.organisations.openings.states import REPLACED, RETURNED, UNPROVEN, WAITING
from examops.organisations.openings.telling import code_words

KIND = "opening_code"
EMAIL, SMS = "email", "sms"
LATER = N_("{minutes} 分钟后再试，或到所在区的人社局当面办")
CODES_OF_ADDRESS, CODES_OF_MOBILE, CODE_MINUTES = 20, 5, 60  # a school behind one address shares the first


class NoWayToProve(Conflict):
    code, message = "opening.no_sender", N_("系统现在发不了验证码，不能在网上申请")
    advice = N_("带营业执照或法人登记证书，到所在区的人力资源和社会保障局当面办")


class WrongCode(Invalid):
    code, message = "opening.wrong_code", N_("验证码不对，还可以试 {left} 次")
    advice = N_("照最近收到的那一条输入")


class CodeIsOver(Conflict):
    code, message = "opening.code_over", N_("验证码已过期，或试的次数已满")
    advice = N_("重发一个验证码再输入")


def channel_of(settings: Settings) -> str:
    """By what the proof goes out: text message before mail; empty where neither is set."""
    return SMS if settings.sms_url else EMAIL if settings.mail_server else ""


def count_code(address: str, mobile: str, clock: Clock) -> None:
    """Before a code is sent, in a transaction of its own: whoever is not asked is not flooded."""
    told: dict[str, Any] = {
        "minutes": CODE_MINUTES,
        "clock": clock,
        "advice": N_("{minutes} 分钟后再试，或到所在区的人社局当面办"),
    }
    count_attempt(f"opening:code:address:{address}", limit=CODES_OF_ADDRESS, **told)
    hashed = keyring().lookup(mobile, "opening-mobile").hex()
    count_attempt(f"opening:code:mobile:{hashed}", limit=CODES_OF_MOBILE, **told)


def send_code(row: OpeningRequest, *, clock: Clock, rules: Rulebook) -> None:
    """A new one: the one of before counts no more. It stands in the notice alone, until that has gone out."""
    digits = f"{secrets.randbelow(10**6):06d}"
    minutes = int(rules.value("opening.code_minutes", today(clock)))
    row.code_digest, row.code_tries = _digest(row, digits, keyring()), 0
    row.code_until = clock.now() + timedelta(minutes=minutes)
    address = row.mobile if row.code_channel == SMS else row.email
    to = Recipient(row.person, row.code_channel, address)
    words, about = code_words(row, digits), f"opening:code:{uuid.uuid4()}"
    tell([to], words, kind=KIND, about=about, clock=clock, until=row.code_until)


def prove(row: OpeningRequest, digits: str, *, clock: Clock, rules: Rulebook) -> WrongCode | CodeIsOver | None:
    """``row`` is locked. None where it is proven, or was: of two at once the second finds it done. A refusal is given
    back, not raised: the caller commits the try."""
    if row.state != UNPROVEN:
        return None
    most, now = int(rules.value("opening.code_tries", today(clock))), clock.now()
    if row.code_tries >= most or now >= row.code_until:
        return CodeIsOver()
    row.code_tries += 1
    if not _fits(row, digits):
        left = most - row.code_tries
        return WrongCode(left=left) if left else CodeIsOver()
    row.state, row.proven_at, row.code_digest = WAITING, now, b""
    return None


def _fits(row: OpeningRequest, digits: str) -> bool:
    plain = "".join(digits.split())
    return any(hmac.compare_digest(_digest(row, plain, ring), bytes(row.code_digest)) for ring in keyring().all)


def _digest(row: OpeningRequest, digits: str, ring: Keyring) -> bytes:
    return ring.lookup(f"{row.number}:{digits}", "opening-code")


def follow(row: OpeningRequest, before: OpeningRequest | None) -> None:
    """What was returned is answered by the proven one that corrects it."""
    if before is not None and before.state == RETURNED and row.state == WAITING:
        before.state = REPLACED
