"""Test files with their asserts rewritten, once for all processes of a run.

pytest rewrites a file when it is imported and keeps what came out. On a new machine every process of a run begins at
the same moment and finds nothing kept, so each rewrote all of them: 8 s of the processor, four times over. The process
that gives tests away does it before it starts the others, on all cores; a file of which something is kept is not looked
at again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from _pytest.assertion.rewrite import PYC_TAIL, _read_pyc, _rewrite_test, _write_pyc, assertstate_key, get_cache_dir

TESTS = Path(__file__).parent
REWRITTEN = ("test_*.py", "conftest.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Called where the tests are given away, before anybody starts."""
    if sys.dont_write_bytecode:
        return
    files, cores = sorted(file for name in REWRITTEN for file in TESTS.rglob(name)), os.cpu_count() or 1
    for child in [_begin(files[core::cores], config) for core in range(cores)]:
        os.waitpid(child, 0)  # what a child did not do, whoever imports the file does


def _begin(files: Sequence[Path], config: pytest.Config) -> int:
    child = os.fork()
    if child == 0:
        try:
            for file in files:
                rewrite(file, config)
        finally:
            os._exit(0)
    return child


def rewrite(file: Path, config: pytest.Config) -> None:
    """Keep it where pytest looks for it."""
    kept = get_cache_dir(file) / (file.stem + PYC_TAIL)
    if _read_pyc(file, kept) is None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        source, code = _rewrite_test(file, config)
        _write_pyc(config.stash[assertstate_key], code, source, kept)
