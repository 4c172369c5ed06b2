"""Every direct dependency is explained, and nothing that is explained has gone."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES = [line for line in (ROOT / "docs/dependencies.md").read_text("utf-8").splitlines() if line.startswith("| `")]
NAMED = [re.match(r"\| `([^`]+)`", line).group(1) for line in LINES]
PLACES = sorted({place for line in LINES for place in re.findall(r"`([\w.-]+(?:/[\w.-]+)+\.\w+)`", line)})


def python_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    optional = project["project"]["optional-dependencies"].values()
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    wanted += [requirement for group in optional for requirement in group]
    return {re.match(r"[A-Za-z0-9._-]+", requirement).group() for requirement in wanted}


def front_end_dependencies() -> set[str]:
    package = json.loads((ROOT / "examops/web/frontend/package.json").read_text("utf-8"))
    return {*package["dependencies"], *package["devDependencies"]}


def test_every_direct_dependency_has_its_line():
    assert python_dependencies() | front_end_dependencies() == set(NAMED)


def test_no_dependency_is_explained_twice():
    assert len(NAMED) == len(set(NAMED))


def test_every_line_answers_all_four_questions():
    unanswered = [line for line in LINES if not all(cell.strip() for cell in line.strip("|").split("|"))]
    assert unanswered == []


@pytest.mark.parametrize("place", PLACES)
def test_every_place_named_is_there(place):
    assert (ROOT / place).exists() or (ROOT / "docs" / place).exists()


def test_what_only_tests_import_is_installed_for_tests_only():
    product = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert not [requirement for requirement in product if requirement.startswith("zxing-cpp")]
    assert "zxing-cpp==" not in (ROOT / "requirements.lock").read_text("utf-8")
    assert "zxing-cpp==" in (ROOT / "requirements-dev.lock").read_text("utf-8")
