"""Refusals carry a stable code, a kind and parameters; words and status come later, in one table each."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from examops.core.language import N_, Message, cited, render


class Kind(StrEnum):
    NOT_SIGNED_IN = "not_signed_in"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    CONFLICT = "conflict"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


STATUS = {
    Kind.NOT_SIGNED_IN: 401,
    Kind.NOT_ALLOWED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.INVALID: 422,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
}


class DomainError(Exception):
    """A refusal. ``message`` is Chinese, ``advice`` says what to do next, ``clause`` cites the rule.

    ``message`` and ``advice`` are translatable templates, filled with ``params`` in the reader's language:
    ``raise Invalid(N_("第 {row} 行没有姓名"), row=3)``. ``str(error)``, for logs, is the code and the Chinese text;
    only numbers are filled in, because a text value may be a person's name.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "invalid"
    message: ClassVar[str] = N_("这一步不能完成")
    advice: ClassVar[str] = ""

    def __init__(
        self, message: str | None = None, *, advice: str | None = None, clause: str = "", **params: Any
    ) -> None:
        self.wording = Message(message or self.message, params)
        self.advised = Message(advice if advice is not None else self.advice, params)
        self.clause = clause
        self.params = params
        super().__init__(
            f"{self.code}: {self.wording.text.format_map(_numbers(params)) if params else self.wording.text}"
        )

    @property
    def logged(self) -> Message:
        """As :meth:`__str__`, for a ledger that people read in their language."""
        return Message(
            "{code}: {words}", {"code": self.code, "words": Message(self.wording.text, _numbers(self.params))}
        )

    @property
    def words(self) -> str:
        return str(self.wording)

    @property
    def next_step(self) -> str:
        return str(self.advised)

    @property
    def sentence(self) -> Message:
        """What is wrong and what to do, for places with one line only."""
        return Message(N_("{words}。{next_step}"), {"words": self.wording, "next_step": self.advised})

    @property
    def status(self) -> int:
        return STATUS[self.kind]

    def to_json(self) -> dict[str, Any]:
        body = {"code": self.code, "message": self.words, "advice": self.next_step, "clause": str(cited(self.clause))}
        return {**body, "params": render(self.params)}


def _numbers(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float) else f"{{{name}}}" for name, value in params.items()}


class NotFound(DomainError):
    kind, code, message = Kind.NOT_FOUND, "not_found", N_("没有找到，或不在您的管理范围内")


class NotAllowed(DomainError):
    kind, code, message = Kind.NOT_ALLOWED, "not_allowed", N_("您的角色不能做这一步")
    advice = N_("需要的话，请本单位的管理员给您加上这个角色")


class NotSignedIn(DomainError):
    kind, code, message = Kind.NOT_SIGNED_IN, "not_signed_in", N_("请先登录")
    advice = N_("登录后再试一次")


class Invalid(DomainError):
    kind, code = Kind.INVALID, "invalid"


class Conflict(DomainError):
    kind, code = Kind.CONFLICT, "conflict"


class IllegalTransition(DomainError):
    kind, code, message = Kind.CONFLICT, "state.illegal_move", N_("当前状态下不能做这一步")


class TooManyAttempts(DomainError):
    kind, code, message = Kind.TOO_MANY, "too_many_attempts", N_("尝试次数过多，请稍后再试")


class Busy(DomainError):
    kind, code, message = Kind.UNAVAILABLE, "busy", N_("系统正忙，请稍后重试")
