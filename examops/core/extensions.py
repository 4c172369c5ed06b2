"""Accessors for the objects that the running application owns: settings, clock, keyring, store, domains.

All raise RuntimeError outside an application context."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from config.settings import Settings
from examops.core.clock import Clock
from examops.core.domain import Registry
from examops.core.keys import Keyring
from examops.core.store import Store

NAME = "examops"


@dataclass(frozen=True)
class Parts:
    settings: Settings
    clock: Clock
    keyring: Keyring
    store: Store
    registry: Registry


def install(app: Flask, parts: Parts) -> None:
    app.extensions[NAME] = parts


def parts() -> Parts:
    found: Parts = current_app.extensions[NAME]
    return found


def clock() -> Clock:
    return parts().clock


def keyring() -> Keyring:
    return parts().keyring


def store() -> Store:
    return parts().store


def settings() -> Settings:
    return parts().settings


def registry() -> Registry:
    return parts().registry
