"""The table of commands."""

import importlib
import subprocess
import sys

import pytest

from examops.app.command_line import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_leads_to_a_function(name: str) -> None:
    module, function = COMMANDS[name].target.split(":")
    assert callable(getattr(importlib.import_module(module), function))


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "examops", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_an_unknown_command_is_refused_and_the_known_ones_are_named() -> None:
    refused = call("dance")
    assert refused.returncode == 2
    assert "healthz" in refused.stderr


def test_help_lists_every_command() -> None:
    assert all(name in call("--help").stdout for name in COMMANDS)


def test_missing_settings_are_named_and_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXAMOPS_DATABASE_URL", raising=False)
    refused = call("check")
    assert refused.returncode != 0
    assert "EXAMOPS_DATABASE_URL is not set" in refused.stderr
