"""Programs of the system that some tests need: without them those tests say so in one line, and under CI they fail."""

from __future__ import annotations

import os
import shutil

import pytest

HOW = {
    "chromium": "没有 Chromium：apt-get install chromium fonts-noto-cjk，或用 EXAMOPS_CHROMIUM 指出它在哪里",
    "ffmpeg": "没有 ffmpeg：apt-get install ffmpeg",
}


def need(program: str) -> str:
    """Where it is. Where it is not, the test that asks is left out, or fails under CI."""
    found = shutil.which(os.environ.get(f"EXAMOPS_{program.upper()}", program))
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(HOW[program], pytrace=False)
    pytest.skip(HOW[program])
