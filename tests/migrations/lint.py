"""What a revision must not do to a filled table while the release before still works on it, asked of Squawk."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

SQUAWK = Path(sys.executable).parent / "squawk"
NEVER_ASKED = ("prefer-robust-stmts",)  # `DROP … IF EXISTS` in front does the same and clears an invalid index away
REMOVING = ("ban-drop-column", "ban-drop-table", "ban-drop-not-null")  # what a contracting revision is for
HEADER = ("revision", "down_revision", "PHASE", "BESIDE_OLD_CODE", "SQL")
HELPERS = ("run", "run_outside_transaction")


def sql_faults(sql: str, phase: str = "expand", in_transaction: bool = True) -> list[str]:
    """``rule: message`` for each; ``phase`` is the revision's PHASE."""
    command = [str(SQUAWK), "--reporter", "json", "--pg-version", "15.0", "--stdin-filepath", "revision.sql"]
    command += ["--assume-in-transaction"] if in_transaction else []
    command += ["--exclude", ",".join([*NEVER_ASKED, *(REMOVING if phase == "contract" else ())])]
    filled = sql.replace("{web}", "examops_web").replace("{job}", "examops_job")
    done = subprocess.run(command, input=filled, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [f"{fault['rule_name']}: {fault['message']}" for fault in json.loads(done.stdout)]


def file_faults(source: str) -> list[str]:
    """What is wrong with a revision's file: header not filled in, living code used, SQL that never runs."""
    tree = ast.parse(source)
    values = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = [f"{name} is missing" for name in HEADER if name not in values]
    found += ["a TODO is left"] if "TODO" in source else []
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    found += [
        f"imports {ast.unparse(node)}: a revision is frozen and reads no living code"
        for node in imported
        if not (isinstance(node, ast.ImportFrom) and node.module == "examops.ops.migrations.helpers")
    ]
    return found + _header_faults(values) + ([] if _runner(tree) else ["upgrade() must be run(SQL) and nothing else"])


def _header_faults(values: dict[str, ast.expr]) -> list[str]:
    text = {name: node.value for name, node in values.items() if isinstance(node, ast.Constant)}
    found = [] if text.get("PHASE") in ("expand", "contract") else ["PHASE is neither expand nor contract"]
    beside = str(text.get("BESIDE_OLD_CODE", ""))
    return found + (
        [] if len(beside.split()) >= 5 else ["BESIDE_OLD_CODE does not say how it runs beside the old code"]
    )


def _runner(tree: ast.Module) -> str:
    """Name of the helper that ``upgrade`` hands SQL to; empty when it does anything else."""
    body = next((node.body for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"), [])
    calls = {f"{name}(SQL)": name for name in HELPERS}
    return calls.get(ast.unparse(body[0]), "") if len(body) == 1 else ""


def revision_faults(path: Path, module: object) -> list[str]:
    """All of it for one revision."""
    source = path.read_text(encoding="utf-8")
    runner = _runner(ast.parse(source))
    faults = file_faults(source)
    return faults + sql_faults(module.SQL, module.PHASE, in_transaction=runner == "run")  # type: ignore[attr-defined]
