"""The fields of schemas: bounded, so that what passes fits a column, with faults in the words of the catalogue."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any
from unicodedata import category
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, missing
from marshmallow.exceptions import SCHEMA

from examops.core.clock import SHANGHAI
from examops.core.language import N_, Message, message
from examops.sheets.characters import without_turning

MAX_BIGINT = 2**63 - 1
MIN_YEAR, MAX_YEAR = 2000, 2100
MAX_DIGITS = 20  # of a number written as text: more fit no bigint
MAX_WRITTEN = 64  # characters of a moment, day or uid written as text
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LINES = re.compile("[\t\n\r\u2028\u2029]")


def printable(text: str) -> str:
    """In one line, with a blank in place of each character that cannot be shown."""
    return LINES.sub(" ", UNPRINTABLE.sub(" ", text))


def input_fault(text: str, field: str = SCHEMA, /, **values: Any) -> ValidationError:
    """For ``@validates_schema`` and validators: ``raise input_fault(N_("结束须晚于开始"), "end")``."""
    return ValidationError([message(text, **values)], field)


def is_blank(text: str) -> bool:
    """Nothing in it can be seen: blanks, and marks of direction or width that a copied text may bring along."""
    return not text.strip() or (not text.isprintable() and all(one.isspace() or category(one) == "Cf" for one in text))


class _Field(fields.Field[Any]):
    """Words its faults through the catalogue, and takes null and empty text for nothing given.

    ``label`` is what people call it (empty: its faults stand alone); ``missing_words`` say so when it is required and
    not given. What is not required has a ``load_default``, so that every attribute is in the answer: None unless the
    field says otherwise. ``fault`` is a sentence of its own, for a field with one text for whatever is wrong with it.
    """

    def __init__(
        self,
        *,
        label: str | None = None,
        missing_words: str = N_("请填写"),
        fault: Message | str = "",
        **options: Any,
    ) -> None:
        self.label, self.missing_words = label, missing_words
        self.fault = message(fault) if fault and isinstance(fault, str) else fault
        if not options.get("required"):
            options.setdefault("load_default", None)
        super().__init__(**options)

    def make_error(self, key: str, **values: Any) -> ValidationError:
        """``key``: a text of the catalogue, or marshmallow's name of a fault."""
        if self.fault:
            return ValidationError([self.fault])
        words = {"required": self.missing_words, "null": self.missing_words, "invalid": N_("填得不对")}
        return ValidationError([message(words.get(key, key), **values)])

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        is_empty = value is None or (isinstance(value, str) and is_blank(value))
        return super().deserialize(missing if is_empty else value, attr, data, **options)


def _described(options: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """``options`` with these properties for the API's description."""
    return {**options, "metadata": {**properties, **options.get("metadata", {})}}


class WholeNumber(_Field, fields.Integer):
    """``least`` to ``most``, as a number or as digits; ``strict``: as a number only."""

    def __init__(self, least: int = 0, most: int = MAX_BIGINT, **options: Any) -> None:
        self.least, self.most = max(least, -MAX_BIGINT - 1), min(most, MAX_BIGINT)
        super().__init__(**_described(options, minimum=self.least, maximum=self.most))

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> int:
        number = self._number(value)
        if number is None or not self.least <= number <= self.most:
            raise self._fault()
        return number

    def _number(self, value: Any) -> int | None:
        if (
            not self.strict
            and isinstance(value, str)
            and len(text := value.strip()) <= MAX_DIGITS
            and re.fullmatch(r"-?\d+", text)
        ):
            return int(text)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _fault(self) -> ValidationError:
        if self.most == MAX_BIGINT:
            return self.make_error(N_("须为不小于 {least} 的整数"), least=self.least)
        return self.make_error(N_("须为 {least}–{most} 的整数"), least=self.least, most=self.most)


class Number(_Field, fields.Float):
    """``least`` to ``most``, finite; for measures, not for money."""

    def __init__(self, least: float, most: float, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**_described(options, minimum=least, maximum=most))

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not self.least <= value <= self.most:
            raise self.make_error(N_("须为 {least}–{most} 的数"), least=self.least, most=self.most)
        return float(value)


class AsTyped(_Field, fields.String):
    """Text with its blanks and any character, for what is never shown, or judged later. Empty text is given too."""

    def __init__(self, most: int | None = None, **options: Any) -> None:
        self.most = most
        if not options.get("required"):
            options.setdefault("load_default", "")
        super().__init__(**_described(options, **({} if most is None else {"maxLength": most})))

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        return super(_Field, self).deserialize(value, attr, data, **options)

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error(N_("须为文字"))
        if self.most is not None and len(value) > self.most:
            raise self.make_error(N_("最多 {most} 个字"), most=self.most)
        return value


class ShortText(_Field, fields.String):
    """``least`` to ``most`` characters, without the blanks around and marks that turn a text about; ``lines`` allows
    several lines. Not given: ``""``, whatever ``least`` is."""

    def __init__(self, most: int = 200, *, least: int = 1, lines: bool = False, **options: Any) -> None:
        self.least, self.most, self.lines = least, most, lines
        if not options.get("required"):
            options.setdefault("load_default", "")
        shortest = least if options.get("required") else 0
        super().__init__(**_described(options, minLength=shortest, maxLength=most))

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error(N_("须为文字"))
        text = without_turning(value).strip()
        if len(text) > self.most:
            raise self.make_error(N_("最多 {most} 个字"), most=self.most)
        if len(text) < self.least:
            raise self.make_error(N_("至少 {least} 个字"), least=self.least)
        if UNPRINTABLE.search(text) or (not self.lines and LINES.search(text)):
            raise self.make_error(N_("有不能显示的字符，请删去后再填"))
        return text


class Moment(_Field, fields.AwareDateTime):
    """RFC 3339 with its offset; ``local``: also without one, as a browser's ``datetime-local``, then Foshan's time."""

    least, most = MIN_YEAR, MAX_YEAR

    def __init__(self, *, local: bool = False, **options: Any) -> None:
        self.local = local
        super().__init__(**options)

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> datetime:
        moment = _iso(datetime.fromisoformat, value)
        if moment is None or (moment.tzinfo is None and not self.local):
            raise self.make_error(N_("时间的写法不对"))
        if not self.least <= moment.year <= self.most:
            raise self.make_error(N_("年份须为 {least}–{most}"), least=self.least, most=self.most)
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


class Day(_Field, fields.Date):
    """``2026-11-24``."""

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> date:
        day = _iso(date.fromisoformat, value)
        if day is None:
            raise self.make_error(N_("日期的写法不对"))
        if not MIN_YEAR <= day.year <= MAX_YEAR:
            raise self.make_error(N_("年份须为 {least}–{most}"), least=MIN_YEAR, most=MAX_YEAR)
        return day


class Uid(_Field, fields.UUID):
    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> UUID:
        uid = _iso(UUID, value)
        if uid is None:
            raise self.make_error(N_("没有这一项，请重新选择"))
        return uid


class OneOf(_Field, fields.String):
    """One of these codes: a collection (a table of words counts by its keys) or an enum, whose member is answered."""

    def __init__(self, codes: Iterable[Any], **options: Any) -> None:
        self.codes = {str(code.value if isinstance(code, Enum) else code): code for code in codes}
        otherwise = options.get("load_default") if not options.get("required") else next(iter(self.codes))
        allowed = [*self.codes, *([] if str(otherwise) in self.codes else [otherwise])]
        super().__init__(**_described(options, enum=allowed))

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> Any:
        code = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        if code not in self.codes:
            raise self.make_error(N_("没有这一项，请重新选择"))
        return self.codes[code]


class YesNo(_Field, fields.Boolean):
    """A tick box (sent or not), or true and false. Not given: False."""

    def __init__(self, **options: Any) -> None:
        if not options.get("required"):
            options.setdefault("load_default", False)
        super().__init__(**options)

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> bool:
        known = {
            "1": True,
            "on": True,
            "true": True,
            "yes": True,
            "0": False,
            "off": False,
            "false": False,
            "no": False,
        }
        answer = value if isinstance(value, bool) else known.get(str(value).strip().lower())
        if answer is None:
            raise self.make_error(N_("须为是或否"))
        return answer


class ListOf(_Field, fields.List):
    """``least`` to ``most`` of one field, also a :class:`Part`; of a form every value of that name."""

    def __init__(self, inner: fields.Field[Any], *, least: int = 0, most: int = 500, **options: Any) -> None:
        self.least, self.most = least, most
        if not options.get("required"):
            options.setdefault("load_default", list)
        inner.required, inner.load_default, inner.allow_none = True, missing, False  # null is no entry
        super().__init__(cls_or_instance=inner, **_described(options, minItems=least, maxItems=most))

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error(N_("须为一个列表"))
        if not self.least <= len(value) <= self.most:
            raise self.make_error(N_("须为 {least}–{most} 项"), least=self.least, most=self.most)
        try:
            return list(super()._deserialize(value, *args, **options) or [])
        except ValidationError:
            if self.fault:
                raise self.make_error("invalid") from None
            raise


class Part(_Field, fields.Nested):
    """An object within the input, by its own schema."""

    def __init__(self, schema: type[Schema], **options: Any) -> None:
        super().__init__(nested=schema, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        if not isinstance(value, dict):
            raise self.make_error(N_("须为一个 JSON 对象"))
        return super()._deserialize(value, *args, **options)


def fits_json_column(value: Any, depth: int = 32) -> bool:
    """Whether PostgreSQL keeps this parsed JSON as it came: no NUL or lone surrogate, no NaN, not nested too deeply."""
    if isinstance(value, str):
        return not UNSTORABLE.search(value)
    if isinstance(value, dict):
        return (
            depth > 0
            and all(isinstance(k, str) and not UNSTORABLE.search(k) for k in value)
            and all(fits_json_column(one, depth - 1) for one in value.values())
        )
    if isinstance(value, list):
        return depth > 0 and all(fits_json_column(one, depth - 1) for one in value)
    return not isinstance(value, float) or math.isfinite(value)


def _iso(convert: Any, value: Any) -> Any:
    """Text by ``convert``, or None."""
    if not isinstance(value, str) or len(value) > MAX_WRITTEN:
        return None
    try:
        return convert(value.strip())
    except ValueError:
        return None
