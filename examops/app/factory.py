"""Builds the application: one function for web, worker, commands and tests."""

from __future__ import annotations

import importlib
from datetime import timedelta

from flask import Flask
from jinja2 import FileSystemLoader
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix

import examops.app.tables  # noqa: F401  every table is known before the first query
from config.occupations import use_imports
from config.rulebook import use_decisions
from config.settings import Settings
from examops.app.domains import DOMAINS, registry
from examops.app.openapi import describe
from examops.core.clock import Clock, SystemClock
from examops.core.connections import engine_options, role_url
from examops.core.database import db
from examops.core.domain import Registry
from examops.core.extensions import Parts, install, keyring
from examops.core.installation_key import assert_key_fits, keyring_of
from examops.core.keys import Keyring
from examops.core.request_end import install_request_end
from examops.core.scope import install_scope
from examops.core.store import Store
from examops.web.api import DESCRIPTION, Document
from examops.web.cookies import Sessions
from examops.web.errors import install_error_pages
from examops.web.forgery import Protection
from examops.web.headers import install_headers
from examops.web.languages import install_languages
from examops.web.logged import Application
from examops.web.templating import install_templating

csrf = Protection()


def create_app(
    settings: Settings, *, kind: str = "web", clock: Clock | None = None, domains: tuple[str, ...] = DOMAINS
) -> Flask:
    """``kind`` is ``web`` or ``job`` and decides the database role. Tests hand in clock and domains of their own."""
    use_decisions(settings.decisions)
    use_imports(settings.imports)
    known = registry(domains)
    known.load_models()
    app = Application("examops", static_folder="web/static", root_path=__path())
    app.jinja_loader = FileSystemLoader(known.template_folders())
    ring = keyring_of(settings)
    install(app, Parts(settings, clock or SystemClock(), ring, Store.everyday(settings), known))
    app.session_interface = Sessions()
    app.config.update(_flask_settings(settings, ring, kind))
    db.init_app(app)
    csrf.init_app(app)
    install_languages(app)
    if settings.trusted_proxies:  # trusted only where configured: any client can send these headers
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]
    install_scope(app)
    install_request_end(app)
    install_templating(app, known)
    install_headers(app, settings)
    _register(app, known)
    install_error_pages(app)  # last: the API's own handler would answer people in JSON too
    return app


def __path() -> str:
    return str(importlib.import_module("examops").__path__[0])


def _flask_settings(settings: Settings, ring: Keyring, kind: str) -> dict[str, object]:
    signing = [one.derive("browser-session").hex() for one in ring.all]
    return {
        "SECRET_KEY": signing[0],
        "SECRET_KEY_FALLBACKS": signing[1:],  # cookies of before the secret was changed
        "WTF_CSRF_SECRET_KEY": signing[::-1],  # pages opened before it; the last one signs
        "SQLALCHEMY_DATABASE_URI": role_url(settings, kind),
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(kind, settings.threads),
        "SESSION_COOKIE_NAME": "examops",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=14),  # the longest of accounts/browser_sessions.py
        "SESSION_REFRESH_EACH_REQUEST": False,  # it ends that long after the sign-in anyway; signing costs each answer
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": 14 * 3600,
        "API_TITLE": "examops",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.0.3",
        "OPENAPI_URL_PREFIX": "/api/v1",
        "API_SPEC_OPTIONS": {"info": {"description": DESCRIPTION}},
    }


def _register(app: Flask, known: Registry) -> None:
    """APIs first. Devices sign with a bearer token and carry no cookie that a strange page could use; a guard that also
    lets people in by their cookie asks for the token against forged forms itself (examops/checkin/api.py)."""
    api = Document(app)
    for domain in known.domains:
        for reference in domain.apis:
            api.register_blueprint(domain.load(reference))
        for reference in domain.device_apis:
            blueprint = domain.load(reference)
            csrf.exempt(blueprint)
            api.register_blueprint(blueprint)
    for domain in known.domains:
        for reference in domain.pages:
            app.register_blueprint(domain.load(reference))
    describe(app, api)


def import_pages() -> None:
    """Import what :func:`create_app` needs, for a process that waits for its settings meanwhile."""
    for domain in registry(DOMAINS).domains:
        for reference in (*domain.apis, *domain.device_apis, *domain.pages):
            domain.load(reference)


def assert_may_start(app: Flask) -> None:
    """Raise SettingsError where the database needs another secret key. Every process calls it once at its start."""
    with app.app_context():
        assert_key_fits(keyring())


def assert_read_committed() -> None:
    """Raise RuntimeError at any other isolation level, at which turns could be overbooked.

    Every process that writes by itself calls it once at its start.
    """
    level = db.session.execute(text("SHOW transaction_isolation")).scalar()
    db.session.rollback()
    if level != "read committed":
        raise RuntimeError(f"The database runs at {level}; only READ COMMITTED is safe here.")
