"""Conditions that are written the same way however much is asked."""

from __future__ import annotations

from sqlalchemy import BigInteger, column, select
from sqlalchemy.dialects import postgresql

from examops.core.database import among


def test_many_numbers_are_one_parameter() -> None:
    number = column("number", BigInteger)

    few, many = (
        str(select(number).where(among(number, ids)).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
        for ids in ([1], range(200))
    )

    assert few == many
    assert "= any(" in few
