"""Builds the application: one function for web, worker, commands and tests."""

from __future__ import annotations

import importlib
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import BaseLoader, FileSystemLoader
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix

import examops.app.tables  # noqa: F401  every table is known before the first query
from config.settings import Settings
from examops.core.clock import Clock, SystemClock
from examops.core.connections import engine_options, role_url
from examops.core.database import db
from examops.core.extensions import Parts, install
from examops.core.keys import Keyring
from examops.core.scope import install_scope
from examops.core.store import Store
from examops.web.api import DESCRIPTION, Document
from examops.web.errors import install_error_pages
from examops.web.headers import install_headers
from examops.web.languages import install_languages
from examops.web.templating import install_templating

# Pages and APIs, by domain. Each entry is a module's attribute; API entries go through flask-smorest.
PAGES = (
    "examops.footage.site:bp",
    "examops.footage.archive.quarantine_pages:bp",
    "examops.accounts.routes:bp",
    "examops.ops.audit_page:bp",
    "examops.ops.health:bp",
    # The scheduler sits above the application, so its page is named here and imported by nobody.
    "scheduler.pages:bp",
    "examops.sites.device_pages:bp",
    "examops.registration.batches.routes:bp",
    "examops.sessions.site:bp",
    "examops.sessions.overview.search_routes:bp",
    "examops.registration.rosters.routes:bp",
    "examops.registration.rosters.photo_routes:bp",
    "examops.sessions.booking.ticket_routes:bp",
    "examops.checkin.routes:bp",
    "examops.checkin.tablets:bp",
)
APIS: tuple[str, ...] = ("examops.sessions.api:bp",)
# Devices sign with a bearer token and carry no cookie that a strange page could use; a guard that also lets people in
# by their cookie asks for the token against forged forms itself (examops/checkin/api.py).
DEVICE_APIS: tuple[str, ...] = ("examops.checkin.api:bp", "examops.footage.recorders.api:bp")

csrf = CSRFProtect()


def create_app(settings: Settings, *, kind: str = "web", clock: Clock | None = None) -> Flask:
    """``kind`` is ``web`` or ``job``: it decides the database role. Tests hand in the clock."""
    app = Flask("examops", static_folder="web/static", root_path=__path())
    app.jinja_loader = template_loader()
    keyring = Keyring(settings.secret_key)
    install(app, Parts(settings, clock or SystemClock(), keyring, Store.everyday(settings)))
    app.config.update(_flask_settings(settings, keyring, kind))
    db.init_app(app)
    csrf.init_app(app)
    install_languages(app)
    if settings.trusted_proxies:  # believed only when told so: anybody may write these headers
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]
    install_scope(app)
    install_templating(app)
    install_headers(app, settings)
    _register(app)
    install_error_pages(app)  # last: the API's own handler would answer people in JSON too
    return app


def template_loader() -> BaseLoader:
    """Pages of every domain, each below a folder of the domain's own name: ``registration/batches.html``."""
    root = Path(__path())
    folders = [root / "web/templates", *sorted(root.glob("*/templates")), root.parent / "scheduler/templates"]
    return FileSystemLoader(folders)


def __path() -> str:
    return str(importlib.import_module("examops").__path__[0])


def _flask_settings(settings: Settings, keyring: Keyring, kind: str) -> dict[str, object]:
    return {
        "SECRET_KEY": keyring.derive("browser-session").hex(),
        "SQLALCHEMY_DATABASE_URI": role_url(settings, kind),
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(kind, settings.threads),
        "SESSION_COOKIE_NAME": "examops",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "API_TITLE": "examops",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.0.3",
        "OPENAPI_URL_PREFIX": "/api/v1",
        "API_SPEC_OPTIONS": {"info": {"description": DESCRIPTION}},
    }


def _register(app: Flask) -> None:
    api = Document(app)
    for name in (*APIS, *DEVICE_APIS):
        blueprint = _load(name)
        if name in DEVICE_APIS:
            csrf.exempt(blueprint)
        api.register_blueprint(blueprint)
    for name in PAGES:
        app.register_blueprint(_load(name))
    _load("examops.ops.api_document:describe")(app, api)


def _load(name: str):  # type: ignore[no-untyped-def]
    module, attribute = name.split(":")
    return getattr(importlib.import_module(module), attribute)


def assert_read_committed() -> None:
    """Called once by every process at its start: any other level oversells behind the lock."""
    level = db.session.execute(text("SHOW transaction_isolation")).scalar()
    db.session.rollback()
    if level != "read committed":
        raise RuntimeError(f"The database runs at {level}; only READ COMMITTED is safe here.")
