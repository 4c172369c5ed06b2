"""What the pages of accounts read from forms and addresses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from examops.core.language import N_
from examops.web.api import LenientSchema
from examops.web.inputs import AsTyped, ShortText, Uid, WholeNumber


class Password(AsTyped):
    """Blanks at its ends and any character count. It is hashed, never stored or shown."""


class OwnPath(ShortText):
    """A path of our own: an address elsewhere would send people to strangers after signing in."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        path = super()._deserialize(value, *args, **options)
        try:
            host = urlsplit(path).netloc
        except ValueError:  # a broken IPv6 address
            raise self.make_error("invalid") from None
        if not path.startswith("/") or path.startswith(("//", "/\\")) or host:
            raise self.make_error("invalid")
        return path


class NextSchema(LenientSchema):
    next = OwnPath(2000)


class SignInSchema(LenientSchema):
    login = ShortText(200)
    password = Password()


class PasswordSchema(LenientSchema):
    old = Password()
    new = Password()
    again = Password()


class LinkSchema(LenientSchema):
    """``code``: of the link that an administrator made."""

    code = ShortText(100)


class NewPasswordSchema(LinkSchema):
    new = Password()
    again = Password()


class GrantSchema(LenientSchema):
    grant = Uid(fault=N_("没有这项任职，或已被收回"))


class NoticeSchema(LenientSchema):
    version = WholeNumber(1, load_default=0)
