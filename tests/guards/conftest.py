"""Walks over everything are not measured: a line that a walk runs through is not a line that a test looks at.

Branch coverage also costs them a third more, and they are the dearest files of the suite.
"""

from __future__ import annotations

from collections.abc import Iterator

import coverage
import pytest

FOR_CHILDREN = "COVERAGE_PROCESS_CONFIG"  # how the patch for subprocesses tells a child that it is measured


@pytest.fixture(scope="module", autouse=True)
def unmeasured() -> Iterator[None]:
    """Stops the measuring, if there is any, of this process and of what it starts, for the files of this folder."""
    measured = coverage.Coverage.current()
    if measured is None:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(FOR_CHILDREN, raising=False)
        measured.stop()
        yield
        measured.start()
