"""``python -m examops accounts``: the demo's accounts by role."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from examops.accounts import ROLE_WORDS
from examops.demo.story.accounts import PEOPLE, password_of


def accounts_text(var: Path) -> str:
    lines = [f"    {login:<12}{ROLE_WORDS[role]}（{name}）" for login, name, role, _ in PEOPLE]
    return "演示账号（密码都是 " + password_of(var) + "）：\n\n" + "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    sys.stdout.write(accounts_text(Path(os.environ.get("EXAMOPS_VAR", "").strip() or "var")))
    return 0
