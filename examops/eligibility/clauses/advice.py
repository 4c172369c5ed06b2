"""What a person may do about a line, as code and parameters."""

from __future__ import annotations

from typing import Any


def advise(code: str, **params: Any) -> dict[str, Any]:
    """The two keyword arguments of a line that carry advice."""
    return {"advice_code": code, "advice_params": params}


def advise_on(outcome: str, *, fail: dict[str, Any], unclear: dict[str, Any]) -> dict[str, Any]:
    """The advice that fits the outcome; none for a pass."""
    return {"fail": fail, "unclear": unclear}.get(str(outcome), {})
