"""What each process of the demo is told: as in a real installation, none holds a key that it does not need."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from config.settings import NO_CUSTODY, load

DEVICES_READ = {"EXAMOPS_VAR", "EXAMOPS_TESTCAM_PORT"}
OTHER = {"web": "job", "job": "web"}


def for_web(environ: Mapping[str, str]) -> dict[str, str]:
    return _for_role(environ, "web")


def for_jobs(environ: Mapping[str, str]) -> dict[str, str]:
    return _for_role(environ, "job")


def _for_role(environ: Mapping[str, str], kind: str) -> dict[str, str]:
    """The role's own login to the database, and the store's everyday key."""
    # Loaded here: the cameras' process is started first, and needs nothing of SQLAlchemy.
    connections = importlib.import_module("examops.core.connections")
    own = connections.role_url(load(environ), kind).set(drivername="postgresql").render_as_string(hide_password=False)
    left = {name: value for name, value in environ.items() if name != f"EXAMOPS_{OTHER[kind].upper()}_DATABASE_URL"}
    return left | {
        "EXAMOPS_DATABASE_URL": NO_CUSTODY,
        f"EXAMOPS_{kind.upper()}_DATABASE_URL": own,
        "EXAMOPS_S3_CUSTODY_ACCESS_KEY": NO_CUSTODY,
        "EXAMOPS_S3_CUSTODY_SECRET_KEY": NO_CUSTODY,
    }


def for_devices(environ: Mapping[str, str]) -> dict[str, str]:
    """Cameras and recorder boxes stand elsewhere: they know no database, no store and no secret of the server."""
    return {name: value for name, value in environ.items() if not name.startswith("EXAMOPS_") or name in DEVICES_READ}
