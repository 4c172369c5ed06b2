"""A command whose part is missing."""

from __future__ import annotations

import runpy

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


def test_ctrl_c_while_the_product_is_still_loaded_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", interrupted)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("examops", run_name="__main__")
    assert ended.value.code == 130
