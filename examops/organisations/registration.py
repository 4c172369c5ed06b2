"""What is entered to register a body, and how it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from examops.core.errors import Conflict, DomainError
from examops.core.language import N_, Message, join_messages
from examops.organisations.credit_code import read_credit_code
from examops.web.inputs import InvalidInput


class AlreadyRegistered(Conflict):
    """The legal entity is this kind of body already."""

    code, message = "body.already_registered", N_("{body}（{code}）已经登记为{kind}：{district}，{state}，简称 {short}")
    advice = N_("不用再登记：在“单位”里找到它；还没有人登录过的，在它的单位页重发邀请，别的由它自己的考务办")


@dataclass(frozen=True)
class Registration:
    """``code`` is a credit code, ``reason`` why a doubtful one, or a name that is known under another code, is taken as
    it is written; ``parent`` the credit code of the entity above, with ``relation``; both or neither."""

    code: str
    name: str
    kind: str
    short_name: str
    district: str
    representative: str = ""
    address: str = ""
    telephone: str = ""
    industry: str = ""
    parent: str = ""
    relation: str = ""
    reason: str = ""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Registration:
        """Of what a form or the API gave; what could not be read is empty."""
        return cls(**{one.name: told.get(one.name) or "" for one in fields(cls)})

    @property
    def plain_code(self) -> str:
        return read_credit_code(self.code).code


@dataclass(frozen=True)
class Objections:
    """``refusal``: it may not be registered, whatever is changed but the code and the kind; ``faults`` by field."""

    refusal: DomainError | None
    faults: dict[str, Message]

    def must_be_none(self) -> None:
        """Raises the refusal, or :class:`Objected` where there are faults."""
        if self.faults:
            raise Objected(self.faults, self.refusal)
        if self.refusal is not None:
            raise self.refusal


class Objected(InvalidInput):
    """Faults by field, and the refusal that stands beside them, if any: everything is told at once."""

    def __init__(self, faults: Mapping[str, Message], refusal: DomainError | None) -> None:
        super().__init__(faults)
        self.refusal = refusal
        if refusal is not None:
            self.wording = join_messages(N_("；"), [refusal.wording, self.wording])
