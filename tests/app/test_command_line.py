"""A command whose part is missing."""

from __future__ import annotations

import io
import os

import pytest

from examops.app import command_line as cli


def test_a_part_that_is_not_installed_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "seed", cli.Command("examops.ops.nowhere:main", ""))

    assert cli.main(["seed"]) == 2

    assert capsys.readouterr().err.splitlines() == [
        "命令 seed 不可用：缺少 Python 模块 examops.ops.nowhere，请先运行 make install。"
    ]


def test_the_rest_of_the_line_goes_to_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "again", cli.Command("examops.app.command_line:main", ""))

    with pytest.raises(SystemExit):
        cli.main(["again", "nothing-like-it"])

    assert "nothing-like-it" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["no-such"], ["demo"]])
def test_only_commands_with_an_application_wait_to_be_told(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["when-told", *arguments]) == 2
    assert "when-told 命令" in capsys.readouterr().err


def test_a_command_that_waits_runs_with_the_settings_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []
    monkeypatch.setenv("EXAMOPS_TOLD", "")
    monkeypatch.setattr(cli, "_application", lambda: os.environ["EXAMOPS_TOLD"])
    monkeypatch.setattr("examops.ops.check.main", lambda *given: ran.append(given))
    monkeypatch.setattr("sys.stdin", io.StringIO('{"EXAMOPS_TOLD": "now"}'))

    assert cli.main(["when-told", "check", "--json"]) == 0
    assert ran == [(["--json"], "now")]


def test_a_command_that_nobody_tells_anything_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_application", lambda: pytest.fail("begun without settings"))
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    assert cli.main(["when-told", "check"]) == 2
