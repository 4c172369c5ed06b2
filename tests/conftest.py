"""Fixtures of the whole suite."""

pytest_plugins = ["tests.servers", "tests.fixtures.application", "tests.floor", "tests.order"]
