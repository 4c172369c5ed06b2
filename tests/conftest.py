"""Fixtures of the whole suite."""

pytest_plugins = [
    "tests.servers",
    "tests.fixtures.application",
    "tests.fixtures.sheets",
    "tests.floor",
    "tests.order",
    "tests.rewritten",
    "tests.written_anew",
    "tests.running",
    "tests.garbage",
]
