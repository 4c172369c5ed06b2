"""The identity of a recorder: paired once by a one-time code, stored in the spool."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from video.protocol import CameraLogin, Plan, planned_login
from video.recorder.atomic_files import read_json, write_json
from video.recorder.signing import Signer
from video.server import Server

log = logging.getLogger("video.service")
NO_LOGIN: CameraLogin = {"username": "", "password": ""}
NAMES = ("username", "password")
PAIRING_KEY = "pairing-key.json"  # until the server has answered


@dataclass(frozen=True)
class Identity:
    """The recorder's name, token and key, as pairing gave them."""

    device_uid: str
    token: str = field(repr=False)
    signer: Signer = field(repr=False)


def load_identity(spool: Path) -> Identity | None:
    """The stored identity; None before pairing. Raises ValueError that names the file and line that cannot be read."""
    kept = read_json(spool / "identity.json")
    if kept is None:
        return None
    try:
        return Identity(kept["device_uid"], kept["token"], Signer.from_text(kept["key"]))
    except (TypeError, KeyError, ValueError):
        raise ValueError("identity.json: device_uid, token or key is missing or not whole") from None


def pair(spool: Path, server: Server, code: str, name: str) -> Identity:
    """Pair this box. Raises PermissionError when the code is refused, :class:`video.server.ServerUnavailable` when the
    server is away: then it may have paired the box all the same, and knows it again by its key at the next try.
    """
    signer = _key_to_pair_with(spool)
    answer = server.call("POST", "/pair", {"code": code, "name": name, "public_key": signer.public_text()})
    kept = {"device_uid": answer["device_uid"], "token": answer["token"], "key": signer.private_text()}
    write_json(spool / "identity.json", kept)
    (spool / PAIRING_KEY).unlink(missing_ok=True)
    return Identity(answer["device_uid"], answer["token"], signer)


def _key_to_pair_with(spool: Path) -> Signer:
    """The same key at every try, also after a restart."""
    try:
        return Signer.from_text(read_json(spool / PAIRING_KEY)["key"])
    except (TypeError, KeyError, ValueError):  # none yet, or a file that was cut short
        signer = Signer.new()
        write_json(spool / PAIRING_KEY, {"key": signer.private_text()})
        return signer


_last_good: dict[Path, tuple[str, dict[str, CameraLogin]]] = {}


def camera_logins(spool: Path) -> dict[str, CameraLogin]:
    """Logins by camera uid from ``cameras.json``: typed in at the recorder, never sent to the server. They go before
    those of the plan.

    While the file cannot be read, the logins read last stay in force; the log names file and line, once.
    """
    path = spool / "cameras.json"
    fault, logins = _last_good.get(path, ("", {}))
    try:
        found = _logins(read_json(path, {}))
    except (OSError, ValueError) as error:
        if str(error) != fault:
            log.error("camera logins cannot be read, the last ones stay in force: %s", error)
        _last_good[path] = str(error), logins
        return logins
    _last_good[path] = "", found
    return found


def login_of(spool: Path, plan: Plan, camera_uid: str) -> CameraLogin:
    """What was typed in at the box, else what the plan says, else nothing."""
    return camera_logins(spool).get(camera_uid) or planned_login(plan, camera_uid) or NO_LOGIN


def logins_fault(spool: Path) -> str:
    """What is wrong with ``cameras.json`` by the last reading, with its line; "" if nothing. It names no login."""
    return _last_good.get(spool / "cameras.json", ("", {}))[0]


def _logins(given: object) -> dict[str, CameraLogin]:
    """Raises ValueError that names the camera, never what was typed."""
    if not isinstance(given, dict):
        raise ValueError("cameras.json: not a table of cameras")
    for uid, login in given.items():
        if not isinstance(login, dict) or not all(isinstance(login.get(key, ""), str) for key in NAMES):
            raise ValueError(f"cameras.json, camera {uid}: username and password are missing or not in quotes")
    return {
        uid: {"username": login.get("username", ""), "password": login.get("password", "")}
        for uid, login in given.items()
    }
