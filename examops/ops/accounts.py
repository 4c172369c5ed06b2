"""``python -m examops accounts``: the demo's accounts by role."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from examops.accounts.roles import ROLE_WORDS
from examops.ops.story.accounts import PEOPLE, password_of


def main(arguments: list[str] | None = None) -> int:
    var = Path(os.environ.get("EXAMOPS_VAR", "").strip() or "var")
    lines = [f"    {login:<12}{ROLE_WORDS[role]}（{name}）" for login, name, role, _ in PEOPLE]
    sys.stdout.write("演示账号（密码都是 " + password_of(var) + "）：\n\n" + "\n".join(lines) + "\n")
    return 0
