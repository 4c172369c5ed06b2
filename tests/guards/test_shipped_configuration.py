"""What is shipped for nginx and systemd: objects of the store never run as pages, slow clients hold no thread."""

from __future__ import annotations

import re
from pathlib import Path

from examops.demo.supervisor.demo import WORKER

SHIPPED = Path(__file__).parents[2] / "docs/operations"
NGINX = (SHIPPED / "nginx.conf").read_text(encoding="utf-8")


def test_the_stores_answers_are_sandboxed_and_not_sniffed() -> None:
    (store,) = re.findall(r"location ~ \^/examops-[^{]*\{(.*?)\n    \}", NGINX, re.S)
    assert "add_header Content-Security-Policy \"sandbox; default-src 'none'\" always;" in store
    assert "add_header X-Content-Type-Options nosniff always;" in store


def test_the_web_is_started_with_the_worker_that_waits_for_whole_requests() -> None:
    service = (SHIPPED / "systemd/examops-web.service").read_text(encoding="utf-8")
    assert f"--worker-class {WORKER} --worker-connections 400 " in service


def test_no_log_of_nginx_holds_a_key() -> None:
    logged = re.search(r"log_format examops '([^;]*)';", NGINX)
    assert logged
    assert not re.findall(r"\$(?:uri|request|request_uri|args|query_string|http_referer)\b", logged[1])
    assert re.search(r'map \$uri \$examops_logged \{\s+default +\$uri;\s+"~\^/t/" +/t/-;\s+\}', NGINX)
    assert re.search(r"error_log \S+ crit;", NGINX)
