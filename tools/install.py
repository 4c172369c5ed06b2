"""Installs what a target of the Makefile needs, says what it fetched and how long each step took.

    python tools/install.py runtime|dev [frontend]

Needs nothing but Python 3.11 with venv. Each finished step leaves a stamp named after a digest of what it came from,
so a second call returns at once.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import frontend
import package_source

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
PRODUCT = ("config", "examops", "scheduler", "video")
TRANSLATIONS = ROOT / "examops/web/translations"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}


class InstallFailed(Exception):
    """One line for the person at the keyboard."""


def main(words: list[str]) -> int:
    began, received = time.monotonic(), bytes_received()
    done = 0
    try:
        done += install_packages(words[0])
        done += install_words()
        done += "frontend" in words[1:] and install_frontend(checks=words[0] == "dev")
    except InstallFailed as error:
        print(f"安装没有完成：{error}", file=sys.stderr)
        return 1
    if done:
        fetched = (bytes_received() - received) / 1e6
        print(f"安装完成：共 {time.monotonic() - began:.0f} 秒，经网络取回约 {fetched:.0f} MB。", flush=True)
    return 0


def install_packages(kind: str) -> bool:
    """The packages of one lock file; False when they are already there."""
    if is_installed(kind) or (kind == "runtime" and is_installed("dev")):
        return False
    with step("Python 环境 .venv"):
        make_venv()
    with step("安装工具 uv"):
        has_uv = run_quietly([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv"])
    lock = LOCKS[kind]
    with step(f"{lock.read_text().count('==')} 个 Python 包（{lock.name}）"):
        install_lock(lock, has_uv)
    with step("编译程序"):  # else the first start does it, in one process
        run_quietly([PYTHON, "-m", "compileall", "-q", "-j", "0", *PRODUCT])
    stamp(kind).touch()
    return True


def install_words() -> bool:
    """The compiled catalogues; False when they are newer than their sources, which change without the lock files."""
    sources = [*TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")]
    if all(_is_compiled(source) for source in sources):
        return False
    with step("编译译文"):
        if not run_quietly([PYTHON, "-m", "tools.words", "compile"]):
            raise InstallFailed("译文目录编译不了（examops/web/translations）。")
    return True


def _is_compiled(source: Path) -> bool:
    ready = source.with_suffix(".mo")
    return ready.exists() and ready.stat().st_mtime_ns >= source.stat().st_mtime_ns


def is_installed(kind: str) -> bool:
    return stamp(kind).exists() and PYTHON.exists()


def stamp(kind: str) -> Path:
    return VENV / f".installed-{kind}-{digest_of([LOCKS[kind]])}"


def make_venv() -> None:
    if PYTHON.exists() and run_quietly([PYTHON, "-m", "pip", "--version"]):
        return
    if not run_quietly([sys.executable, "-m", "venv", "--clear", VENV]):
        raise InstallFailed("这台机器的 Python 缺少 venv 模块（Debian、Ubuntu：apt install python3-venv）。")


def install_lock(lock: Path, has_uv: bool) -> None:
    """With uv, trusting the system's certificates where it can; else with pip, which is slower."""
    wanted = ["--require-hashes", "-r", str(lock)]
    if has_uv:
        source = package_source.uv_flags(PYTHON)
        uv = [str(VENV / "bin/uv"), "pip", "install", "-q", "--python", str(PYTHON), *source, *wanted]
        if run_quietly([*uv, "--system-certs"]) or run_quietly(uv):
            return
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted]
    if subprocess.run(pip, cwd=ROOT, check=False).returncode != 0:
        raise InstallFailed("取不到 Python 包。请检查网络，或在 pip 配置里设置可用的镜像。")


def install_frontend(*, checks: bool) -> bool:
    """The scripts of the pages; False when they are already built. Without them the pages still work, more plainly.

    ``checks``: fetch what lint, types and tests of the scripts need in the same step.
    """
    if frontend.is_built():
        return False
    try:
        node = frontend.find_node(PYTHON)
        with step("网页脚本的依赖（npm ci）"):
            frontend.fetch(node, checks=checks)
        with step("构建网页脚本"):
            frontend.build(node)
    except frontend.FrontendFailed as error:
        print(f"  网页脚本没有构建，页面将以无脚本的方式工作：{error}", flush=True)
    return True


@contextmanager
def step(name: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"  {name} …", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" 未完成", flush=True)
        raise
    print(f" {time.monotonic() - began:.1f} 秒", flush=True)


def run_quietly(command: Sequence[str | Path]) -> bool:
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def digest_of(files: list[Path]) -> str:
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:16]


def bytes_received() -> int:
    """By every network card of this machine since it began; 0 where the system does not tell."""
    try:
        lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    except OSError:
        return 0
    cards = (line.split(":", 1) for line in lines)
    return sum(int(figures.split()[0]) for name, figures in cards if name.strip() != "lo")


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    sys.exit(main(sys.argv[1:]))
