"""Refusals carry a stable code, a kind and parameters; words and status come later, in one table each."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar


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
    """A refusal. ``message`` is Chinese, ``advice`` says what to do next, ``clause`` cites the rule."""

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "invalid"
    message: ClassVar[str] = "这一步不能完成"
    advice: ClassVar[str] = ""

    def __init__(
        self, message: str | None = None, *, advice: str | None = None, clause: str = "", **params: Any
    ) -> None:
        self.words = message or self.message
        self.next_step = advice if advice is not None else self.advice
        self.clause = clause
        self.params = params
        super().__init__(f"{self.code}: {self.words}")

    @property
    def status(self) -> int:
        return STATUS[self.kind]

    def to_json(self) -> dict[str, Any]:
        body = {"code": self.code, "message": self.words, "advice": self.next_step, "clause": self.clause}
        return {**body, "params": self.params}


class NotFound(DomainError):
    kind, code, message = Kind.NOT_FOUND, "not_found", "没有找到，或不在您的管理范围内"


class NotAllowed(DomainError):
    kind, code, message = Kind.NOT_ALLOWED, "not_allowed", "您的角色不能做这一步"


class NotSignedIn(DomainError):
    kind, code, message = Kind.NOT_SIGNED_IN, "not_signed_in", "请先登录"


class Invalid(DomainError):
    kind, code = Kind.INVALID, "invalid"


class Conflict(DomainError):
    kind, code = Kind.CONFLICT, "conflict"


class IllegalMove(DomainError):
    kind, code, message = Kind.CONFLICT, "state.illegal_move", "当前状态下不能做这一步"


class TooManyAttempts(DomainError):
    kind, code, message = Kind.TOO_MANY, "too_many_attempts", "尝试次数过多，请稍后再试"


class Busy(DomainError):
    kind, code, message = Kind.UNAVAILABLE, "busy", "系统正忙，请稍后重试"
