"""What a person may do about a line, as code and parameters."""

from __future__ import annotations

from datetime import date
from typing import Any

from examops.eligibility.context import RuleContext


def advise(code: str, **params: Any) -> dict[str, Any]:
    """The two keyword arguments of a line that carry advice."""
    return {"advice_code": code, "advice_params": params}


def wait_until(reached_on: date, rule_context: RuleContext, code: str = "wait") -> dict[str, Any]:
    """Time mends it: on which day, and in which batch if the next one is late enough."""
    return advise(code, until=reached_on.isoformat(), batch=rule_context.batch_for(reached_on))


def advise_on(outcome: str, *, fail: dict[str, Any], unclear: dict[str, Any]) -> dict[str, Any]:
    """The advice that fits the outcome; none for a pass."""
    return {"fail": fail, "unclear": unclear}.get(str(outcome), {})
