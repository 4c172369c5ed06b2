"""The secrets that a database has been kept under, and the check that a process holds the right ones.

``EXAMOPS_SECRET_KEY`` is changed in four steps (docs/operations.md): both secrets into the settings, ``db upgrade``,
which enters the new one here, a restart of every process, ``examops rekey``. Only then is the old one taken out.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from sqlalchemy import Connection, LargeBinary, func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Mapped, mapped_column

from config.settings import Settings, SettingsError
from examops.core.database import Base, Row, db
from examops.core.keys import Keyring
from examops.core.table_access import Rights, access

CLEARS = "UPDATE (rekeyed_from, cleared_at)"
NEXT = "restart every process with both keys, run 'python -m examops rekey', and take the old one out when it says so"
logger = logging.getLogger(__name__)


class InstallationKey(Row, Base):
    """A secret by its fingerprint. The one in force has no ``replaced_at``.

    ``rekeyed_from``: since then no process writes under this replaced secret; ``cleared_at``: nothing of it is left.
    """

    __tablename__ = "installation_key"
    key_id: Mapped[int]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    replaced_at: Mapped[datetime | None]
    rekeyed_from: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]
    __table_args__ = (access(Rights(("SELECT",), ("SELECT", CLEARS))),)


def keyring_of(settings: Settings) -> Keyring:
    """The keyring of a process. Raises SettingsError for two secrets that cannot be told apart (one pair in 254)."""
    retired = {"audit": settings.retired_audit_keys}
    former = Keyring(settings.old_secret_key) if settings.old_secret_key else None
    ring = Keyring(settings.secret_key, retired, former)
    if former and former.key_id == ring.key_id:
        raise SettingsError("EXAMOPS_SECRET_KEY has the same key id as the old one: make another new one")
    return ring


def assert_key_fits(ring: Keyring) -> None:
    """Raise SettingsError where the database is kept under a secret that this process does not hold.

    Every process calls it once at its start. A database that is away or of the release before is not asked.
    """
    try:
        known = db.session.execute(select(InstallationKey)).scalars().all()
    except (OperationalError, ProgrammingError) as error:
        logger.warning("the secret key was not compared with the database's: %s", type(error).__name__)
        known = []
    finally:
        db.session.rollback()
    present = next((key for key in known if key.replaced_at is None), None)
    if present and present.fingerprint != ring.fingerprint:
        raise SettingsError(
            "EXAMOPS_SECRET_KEY is not the key of this database. To change it: EXAMOPS_OLD_SECRET_KEY holds the key of"
            " before, then 'python -m examops db upgrade'"
        )
    held = {one.fingerprint for one in ring.all}
    if any(key.replaced_at and not key.cleared_at and key.fingerprint not in held for key in known):
        raise SettingsError(
            f"EXAMOPS_OLD_SECRET_KEY was taken out too early, stored data still needs it: put it back, {NEXT}"
        )


def enter_key(connection: Connection, ring: Keyring) -> None:
    """Enter the secret in force, as the owner; a new one only beside the one that it replaces.

    Waits for transactions that register people under the one before. Raises SettingsError.
    """
    if connection.execute(text("SELECT to_regclass('installation_key')")).scalar() is None:
        return
    table = Base.metadata.tables[InstallationKey.__tablename__]
    known = connection.execute(select(table).with_for_update()).all()
    present = next((key for key in known if key.replaced_at is None), None)
    if present and present.fingerprint == ring.fingerprint:
        return
    if present:
        _must_replace(present.fingerprint, [key.fingerprint for key in known if not key.cleared_at], ring)
        in_force = table.c.fingerprint == present.fingerprint
        connection.execute(table.update().where(in_force).values(replaced_at=func.now()))
    connection.execute(table.delete().where(table.c.fingerprint == ring.fingerprint))  # back to the one before
    values = {"key_id": ring.key_id, "fingerprint": ring.fingerprint, "uid": uuid.uuid4()}
    connection.execute(table.insert().values(**values))


def _must_replace(present: bytes, uncleared: list[bytes], ring: Keyring) -> None:
    if ring.former is None or ring.former.fingerprint != present:
        raise SettingsError(
            "EXAMOPS_SECRET_KEY is not the key of this database, and EXAMOPS_OLD_SECRET_KEY is not either: put the key"
            " of before into one of them"
        )
    if set(uncleared) - {present, ring.fingerprint}:
        raise SettingsError(f"the key was changed before and stored data still needs the one of then: {NEXT}")
