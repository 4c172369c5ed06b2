"""What is shipped for nginx keeps objects of the store from running as pages of the web's origin."""

from __future__ import annotations

import re
from pathlib import Path

NGINX = (Path(__file__).parents[2] / "docs/operations/nginx.conf").read_text(encoding="utf-8")


def test_the_stores_answers_are_sandboxed_and_not_sniffed() -> None:
    (store,) = re.findall(r"location ~ \^/examops-[^{]*\{(.*?)\n    \}", NGINX, re.S)
    assert "add_header Content-Security-Policy \"sandbox; default-src 'none'\" always;" in store
    assert "add_header X-Content-Type-Options nosniff always;" in store
