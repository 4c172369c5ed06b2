"""Accessors for the objects that the running application owns: settings, clock, keyring, store, domains.

All raise RuntimeError outside an application context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

from config.settings import Settings
from examops.core.clock import Clock
from examops.core.domain import Registry
from examops.core.keys import Keyring
from examops.core.store import Store

if TYPE_CHECKING:
    from werkzeug.local import LocalProxy

NAME = "examops"
_running = cast("LocalProxy[Flask]", current_app)._get_current_object  # a proxy looks it up for each name


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
    found: Parts = _running().extensions[NAME]
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
