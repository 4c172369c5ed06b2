"""Gaps as the page of the conclusion shows them: what is called the same stands once."""

from __future__ import annotations

from datetime import timedelta

from examops.footage.review.conclusion import gap_sums


def gap(words: str, start: str, end: str) -> dict[str, str]:
    return {"words": words, "start": f"2026-11-30T01:{start}Z", "end": f"2026-11-30T01:{end}Z"}


def test_gaps_called_the_same_are_one_line_the_longest_first() -> None:
    stutters = [gap("画面中断", f"{minute:02}:00", f"{minute:02}:02") for minute in range(20)]
    late = gap("开机晚", "30:00", "32:20")
    sums = gap_sums([*stutters[:10], late, *stutters[10:]])
    assert [(one.words, one.length, len(one.spans)) for one in sums] == [
        ("开机晚", timedelta(seconds=140), 1),
        ("画面中断", timedelta(seconds=40), 20),
    ]
    assert sums[1].spans == stutters


def test_without_gaps_there_is_no_line() -> None:
    assert gap_sums([]) == []
