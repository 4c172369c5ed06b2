"""The example file, with parts of it changed, applied to an empty database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import func, select

from examops.app.tables import METADATA
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.scope import CLOSED, SYSTEM, set_scope
from examops.ops.setup.command import SetupFaults, apply_file
from examops.ops.setup.outcome import SetupResult
from tests.factories import Factory

EXAMPLE = Path(__file__).parents[4] / "docs/operations/installation.yaml"
Apply = Callable[..., SetupResult]


@pytest.fixture
def content() -> dict[str, Any]:
    """What the example says, to be changed at will."""
    return yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))


@pytest.fixture
def make(app: Flask, job_app: Flask) -> Iterator[Factory]:
    """As the job role, which commands run as: the web may write no account and no grant."""
    with job_app.app_context():
        set_scope(SYSTEM)
        yield Factory(db.session)
        db.session.remove()
        set_scope(CLOSED)


@pytest.fixture
def apply(app: Flask, make, clock: FixedClock, tmp_path: Path) -> Apply:
    """Apply a file, or a content or a text as a file."""

    def run(what: Path | str | dict[str, Any] = EXAMPLE, **more: Any) -> SetupResult:
        file = what if isinstance(what, Path) else tmp_path / "installation.yaml"
        if not isinstance(what, Path):
            text = what if isinstance(what, str) else yaml.safe_dump(what, allow_unicode=True)
            file.write_text(text, encoding="utf-8")
        outcome = apply_file(file, clock=clock, **more)
        set_scope(SYSTEM)
        return outcome

    return run


@pytest.fixture
def faults(apply: Apply) -> Callable[..., list[str]]:
    """The faults of a file that is not taken."""

    def run(what: Any, **more: Any) -> list[str]:
        with pytest.raises(SetupFaults) as refused:
            apply(what, **more)
        set_scope(SYSTEM)
        return refused.value.faults

    return run


def rows() -> dict[str, int]:
    """How many rows each table has that has any; not the register, which nobody reads, and not what a start writes."""
    counts = {
        name: db.session.execute(select(func.count()).select_from(t)).scalar()
        for name, t in METADATA.tables.items()
        if name not in ("person", "installation_key")
    }
    db.session.rollback()
    return {name: count for name, count in counts.items() if count}
